using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

/// <summary>One side of a bound comparison: a literal, a path, or the outcome of a function.</summary>
internal readonly record struct ComparisonSide(Operand.Literal? Literal, BoundPath Path, Predicate? Outcome)
{
    public static readonly ComparisonSide True = new(new(ValueKind.Bool, 1, []), default, null);

    public bool IsNil => Literal is { LiteralKind: ValueKind.Nil };

    public FieldValue Get(in SpanView span) =>
        Literal is not null ? new(Literal.LiteralKind, Literal.Bits, Literal.Text)
        : Outcome is not null ? new(ValueKind.Bool, Outcome.Matches(span) ? 1 : 0, default)
        : span.Get(Path);
}

/// <summary>A comparison of two values; its rules stand with <see cref="Condition"/>.</summary>
internal sealed class ComparisonPredicate(ComparisonSide left, Comparator comparator, ComparisonSide right) : Predicate
{
    public override bool Matches(in SpanView span)
    {
        var a = left.Get(span);
        var b = right.Get(span);
        if (left.IsNil || right.IsNil)
        {
            return AskForAbsence(a.Kind == ValueKind.Nil && b.Kind == ValueKind.Nil);
        }
        return (a.Kind, b.Kind) switch
        {
            (ValueKind.String, ValueKind.String) => Holds(a.Text.SequenceCompareTo(b.Text)),
            (ValueKind.Int, ValueKind.Int) or (ValueKind.Bool, ValueKind.Bool) => Holds(a.Bits.CompareTo(b.Bits)),
            (ValueKind.Int or ValueKind.Double, ValueKind.Int or ValueKind.Double) => CompareNumbers(a, b),
            _ => false,
        };
    }

    // As in OTTL nothing is less or greater than nil; equal to it is what is absent.
    private bool AskForAbsence(bool bothAbsent) => comparator switch
    {
        Comparator.Equal or Comparator.LessOrEqual or Comparator.GreaterOrEqual => bothAbsent,
        Comparator.NotEqual => !bothAbsent,
        _ => false,
    };

    private bool Holds(int order) => comparator switch
    {
        Comparator.Equal => order == 0,
        Comparator.NotEqual => order != 0,
        Comparator.Less => order < 0,
        Comparator.LessOrEqual => order <= 0,
        Comparator.Greater => order > 0,
        _ => order >= 0,
    };

    // By IEEE 754, so that NaN equals nothing and only != holds for it.
    private bool CompareNumbers(in FieldValue a, in FieldValue b)
    {
        var x = a.Kind == ValueKind.Int ? a.Bits : BitConverter.Int64BitsToDouble(a.Bits);
        var y = b.Kind == ValueKind.Int ? b.Bits : BitConverter.Int64BitsToDouble(b.Bits);
        return comparator switch
        {
            Comparator.Equal => x == y,
            Comparator.NotEqual => x != y,
            Comparator.Less => x < y,
            Comparator.LessOrEqual => x <= y,
            Comparator.Greater => x > y,
            _ => x >= y,
        };
    }
}
