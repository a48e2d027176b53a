using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

// A parsed condition, before it is bound to the slots of a scan plan.

/// <summary>Something true or false of a span.</summary>
internal abstract record Expression
{
    /// <summary>True if one of the parts is.</summary>
    internal sealed record Any(IReadOnlyList<Expression> Parts) : Expression;

    /// <summary>True if all parts are.</summary>
    internal sealed record All(IReadOnlyList<Expression> Parts) : Expression;

    /// <summary>True if the part is not.</summary>
    internal sealed record Not(Expression Part) : Expression;

    /// <summary>A comparison of two values.</summary>
    internal sealed record Comparison(Operand Left, Comparator Comparator, Operand Right) : Expression;

    /// <summary>`IsMatch`: some part of the value's text matches.</summary>
    internal sealed record Matches(SpanPath Path, string Pattern) : Expression;

    /// <summary>`HasPrefix` and `HasSuffix`.</summary>
    internal sealed record Affix(SpanPath Path, byte[] Text, bool AtEnd) : Expression;

    /// <summary>`IsRootSpan()`.</summary>
    internal sealed record RootSpan : Expression;

    /// <summary>`true` or `false`.</summary>
    internal sealed record Constant(bool Value) : Expression;

    /// <summary>A path that is a boolean by itself.</summary>
    internal sealed record Truth(SpanPath Path) : Expression;
}

/// <summary>One side of a comparison.</summary>
internal abstract record Operand
{
    /// <summary>What is known of its type before any span is seen.</summary>
    public abstract ValueKind Type { get; }

    /// <summary>A value that the condition states.</summary>
    internal sealed record Literal(ValueKind LiteralKind, long Bits, byte[] Text) : Operand
    {
        public override ValueKind Type => LiteralKind;
    }

    /// <summary>A value of the span, its scope or its resource.</summary>
    internal sealed record Field(SpanPath Path) : Operand
    {
        public override ValueKind Type => Path.Type;
    }

    /// <summary>The outcome of a function.</summary>
    internal sealed record Outcome(Expression Expression) : Operand
    {
        public override ValueKind Type => ValueKind.Bool;
    }
}

/// <summary>How two values are compared.</summary>
internal enum Comparator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
