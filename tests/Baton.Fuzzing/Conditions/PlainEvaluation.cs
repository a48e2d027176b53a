using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Baton.Continuity.Conditions;
using Baton.Continuity.Scan;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Fuzzing.Conditions;

/// <summary>
/// Whether a request's one span meets a condition, told from the generated classes by the rules that stand with <see cref="Condition"/>: slow,
/// plain, and sharing nothing with what a scan compiles. Values are null (absent), bool, long, double, byte[] (a string's) and the object <see cref="Other"/>.
/// </summary>
internal sealed class PlainEvaluation
{
    private static readonly object Other = new();

    // The general matcher may take very long for what the linear one does in an instant.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly ResourceSpans _resource;
    private readonly ScopeSpans _scope;
    private readonly Span _span;
    private readonly bool _synthesized;

    private PlainEvaluation(ExportTraceServiceRequest request, bool synthesized)
    {
        _resource = request.ResourceSpans.Single();
        _scope = _resource.ScopeSpans.Single();
        _span = _scope.Spans.Single();
        _synthesized = synthesized;
    }

    /// <summary>Null if it takes too long to tell.</summary>
    public static bool? Of(Expression expression, ExportTraceServiceRequest request, bool synthesized)
    {
        try
        {
            return new PlainEvaluation(request, synthesized).Holds(expression);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private bool Holds(Expression expression) => expression switch
    {
        Expression.Any any => any.Parts.Any(Holds),
        Expression.All all => all.Parts.All(Holds),
        Expression.Not not => !Holds(not.Part),
        Expression.Comparison comparison => Holds(comparison),
        Expression.Matches matches => Text(Value(matches.Path)) is { } text && Regex.IsMatch(text, matches.Pattern, RegexOptions.CultureInvariant, Patience),
        Expression.Affix affix => Value(affix.Path) is byte[] text
            && text.Length >= affix.Text.Length
            && (affix.AtEnd ? text[^affix.Text.Length..] : text[..affix.Text.Length]).SequenceEqual(affix.Text),
        Expression.Truth truth => Value(truth.Path) is true,
        Expression.Constant constant => constant.Value,
        _ => Value(new SpanPath(PathKind.ParentSpanId)) is null,
    };

    private bool Holds(Expression.Comparison comparison)
    {
        var (left, right) = (Value(comparison.Left), Value(comparison.Right));
        if (comparison.Left is Operand.Literal { LiteralKind: ValueKind.Nil } || comparison.Right is Operand.Literal { LiteralKind: ValueKind.Nil })
        {
            var absent = left is null && right is null;
            return comparison.Comparator switch
            {
                Comparator.Equal or Comparator.LessOrEqual or Comparator.GreaterOrEqual => absent,
                Comparator.NotEqual => !absent,
                _ => false,
            };
        }
        return (left, right) switch
        {
            (bool a, bool b) => Ordered(comparison.Comparator, a == b, !a && b),
            (byte[] a, byte[] b) => Ordered(comparison.Comparator, a.SequenceEqual(b), IsBefore(a, b)),
            (long a, long b) => Ordered(comparison.Comparator, a == b, a < b),
            (long or double, long or double) => Numbers(comparison.Comparator, Convert.ToDouble(left, CultureInfo.InvariantCulture), Convert.ToDouble(right, CultureInfo.InvariantCulture)),
            _ => false,
        };
    }

    private static bool Ordered(Comparator comparator, bool equal, bool less) => comparator switch
    {
        Comparator.Equal => equal,
        Comparator.NotEqual => !equal,
        Comparator.Less => less,
        Comparator.LessOrEqual => less || equal,
        Comparator.Greater => !less && !equal,
        _ => !less,
    };

    private static bool Numbers(Comparator comparator, double a, double b) =>
        double.IsNaN(a) || double.IsNaN(b) ? comparator == Comparator.NotEqual : Ordered(comparator, a == b, a < b);

    private static bool IsBefore(byte[] a, byte[] b)
    {
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] != b[i])
                return a[i] < b[i];
        }
        return a.Length < b.Length;
    }

    private object? Value(Operand operand) => operand switch
    {
        Operand.Field field => Value(field.Path),
        Operand.Outcome outcome => Holds(outcome.Expression),
        Operand.Literal literal => literal.LiteralKind switch
        {
            ValueKind.Nil => null,
            ValueKind.Bool => literal.Bits != 0,
            ValueKind.Int => literal.Bits,
            ValueKind.Double => BitConverter.Int64BitsToDouble(literal.Bits),
            _ => literal.Text,
        },
        _ => throw new FindingException($"an operand of another kind: {operand}"),
    };

    private object? Value(SpanPath path) => path.Kind switch
    {
        PathKind.ResourceAttribute => Value(_resource.Resource?.Attributes, path.Key),
        PathKind.SpanAttribute => Value(_span.Attributes, path.Key),
        PathKind.ScopeName => Encoding.UTF8.GetBytes(_scope.Scope?.Name ?? ""),
        PathKind.SpanName => Encoding.UTF8.GetBytes(_span.Name),
        PathKind.SpanKind => (long)_span.Kind,
        PathKind.StatusCode => (long)(_span.Status?.Code ?? 0),
        PathKind.Synthesized => _synthesized,
        _ => _span.ParentSpanId.All(octet => octet == 0) ? null : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(_span.ParentSpanId.Span)),
    };

    private static object? Value(IEnumerable<KeyValue>? attributes, string key)
    {
        var value = attributes?.FirstOrDefault(attribute => attribute.Key == key)?.Value;
        return value?.ValueCase switch
        {
            null or AnyValue.ValueOneofCase.None => null,
            AnyValue.ValueOneofCase.StringValue => Encoding.UTF8.GetBytes(value.StringValue),
            AnyValue.ValueOneofCase.BoolValue => value.BoolValue,
            AnyValue.ValueOneofCase.IntValue => value.IntValue,
            AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue,
            _ => Other,
        };
    }

    private static string? Text(object? value) => value switch
    {
        byte[] text => Encoding.UTF8.GetString(text),
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
