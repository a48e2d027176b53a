using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

/// <summary>A condition bound to the slots of a scan plan. Evaluation allocates nothing. One thread at a time.</summary>
internal abstract class Predicate
{
    /// <summary>Whether a span meets the condition.</summary>
    public abstract bool Matches(in SpanView span);

    /// <summary>Binds a condition.</summary>
    /// <param name="expression">The parsed condition.</param>
    /// <param name="spanKeys">Has every key of a span's attribute that the condition names.</param>
    /// <param name="resourceKeys">Has every key of a resource's attribute that the condition names.</param>
    public static Predicate Bind(Expression expression, KeyIndex spanKeys, KeyIndex resourceKeys)
    {
        return Of(expression);

        Predicate Of(Expression part) => part switch
        {
            Expression.Any any => new AnyPredicate([.. any.Parts.Select(Of)]),
            Expression.All all => new AllPredicate([.. all.Parts.Select(Of)]),
            Expression.Not not => new NotPredicate(Of(not.Part)),
            Expression.Comparison comparison => Compare(comparison),
            Expression.Matches matches => new PatternPredicate(PathOf(matches.Path), matches.Pattern),
            Expression.Affix affix => new AffixPredicate(PathOf(affix.Path), affix.Text, affix.AtEnd),
            Expression.Truth truth => new ComparisonPredicate(Side(new Operand.Field(truth.Path)), Comparator.Equal, ComparisonSide.True),
            Expression.Constant constant => new ConstantPredicate(constant.Value),
            _ => new RootPredicate(),
        };

        Predicate Compare(Expression.Comparison comparison) => comparison switch
        {
            (Operand.Field field, Comparator.Equal, Operand.Literal { LiteralKind: ValueKind.String } text) =>
                new TextPredicate(PathOf(field.Path), text.Text),
            (Operand.Field field, Comparator.Equal, Operand.Literal { LiteralKind: ValueKind.Int } number) when field.Type == ValueKind.Int =>
                new EnumPredicate(PathOf(field.Path), number.Bits),
            _ => new ComparisonPredicate(Side(comparison.Left), comparison.Comparator, Side(comparison.Right)),
        };

        ComparisonSide Side(Operand operand) => operand switch
        {
            Operand.Literal literal => new(literal, default, null),
            Operand.Field field => new(null, PathOf(field.Path), null),
            _ => new(null, default, Of(((Operand.Outcome)operand).Expression)),
        };

        BoundPath PathOf(SpanPath path) => new(path.Kind, path.Kind switch
        {
            PathKind.SpanAttribute => spanKeys.Add(path.Key),
            PathKind.ResourceAttribute => resourceKeys.Add(path.Key),
            _ => 0,
        });
    }

    private sealed class AnyPredicate(Predicate[] parts) : Predicate
    {
        public override bool Matches(in SpanView span)
        {
            foreach (var part in parts)
            {
                if (part.Matches(span))
                {
                    return true;
                }
            }
            return false;
        }
    }

    private sealed class AllPredicate(Predicate[] parts) : Predicate
    {
        public override bool Matches(in SpanView span)
        {
            foreach (var part in parts)
            {
                if (!part.Matches(span))
                {
                    return false;
                }
            }
            return true;
        }
    }

    private sealed class NotPredicate(Predicate part) : Predicate
    {
        public override bool Matches(in SpanView span) => !part.Matches(span);
    }

    private sealed class ConstantPredicate(bool value) : Predicate
    {
        public override bool Matches(in SpanView span) => value;
    }

    private sealed class RootPredicate : Predicate
    {
        public override bool Matches(in SpanView span) => span.Fields.ParentSpanId.IsZero;
    }

    // The two commonest comparisons, without the general one's questions.
    private sealed class TextPredicate(BoundPath path, byte[] text) : Predicate
    {
        public override bool Matches(in SpanView span)
        {
            var value = span.Get(path);
            return value.Kind == ValueKind.String && value.Text.SequenceEqual(text);
        }
    }

    private sealed class EnumPredicate(BoundPath path, long number) : Predicate
    {
        public override bool Matches(in SpanView span) => span.Get(path).Bits == number;
    }

    private sealed class AffixPredicate(BoundPath path, byte[] text, bool atEnd) : Predicate
    {
        public override bool Matches(in SpanView span)
        {
            var value = span.Get(path);
            return value.Kind == ValueKind.String && (atEnd ? value.Text.EndsWith(text) : value.Text.StartsWith(text));
        }
    }
}
