using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

/// <summary>What can be said of a comparison before any span is seen.</summary>
internal static class ComparisonTypes
{
    private const string SpanIdText = "a parent_span_id is 16 hexadecimal digits, not all zero; a span without a parent is IsRootSpan()";

    /// <summary>Why the two could never compare; null if they can.</summary>
    public static string? FaultOf(Operand left, Operand right)
    {
        if (IsParent(left) && right is Operand.Literal { Type: ValueKind.String } id && !IsSpanId(id.Text))
        {
            return SpanIdText;
        }
        if (IsParent(right) && left is Operand.Literal { Type: ValueKind.String } first && !IsSpanId(first.Text))
        {
            return SpanIdText;
        }
        return Comparable(left.Type, right.Type)
            ? null
            : EnumHint(left, right) ?? $"{Shown(left)} cannot be compared with {Shown(right)}; it would never be true";
    }

    /// <summary>The operand as it is compared with the other: span ids in lower case.</summary>
    public static Operand Normalize(Operand operand, Operand other) =>
        operand is Operand.Literal { Type: ValueKind.String } id && IsParent(other)
            ? id with { Text = [.. id.Text.Select(octet => (byte)char.ToLowerInvariant((char)octet))] }
            : operand;

    private static bool Comparable(ValueKind left, ValueKind right) =>
        left == right
        || left is ValueKind.Unknown or ValueKind.Nil
        || right is ValueKind.Unknown or ValueKind.Nil
        || (IsNumber(left) && IsNumber(right));

    private static bool IsNumber(ValueKind type) => type is ValueKind.Int or ValueKind.Double;

    private static bool IsParent(Operand operand) => operand is Operand.Field { Path.Kind: PathKind.ParentSpanId };

    private static bool IsSpanId(byte[] text) =>
        text.Length == 16 && text.All(octet => char.IsAsciiHexDigit((char)octet)) && text.Any(octet => octet != '0');

    private static string? EnumHint(Operand left, Operand right) => (left, right) switch
    {
        (Operand.Field { Path.Kind: PathKind.SpanKind }, _) or (_, Operand.Field { Path.Kind: PathKind.SpanKind }) =>
            "span.kind is compared with SPAN_KIND_PRODUCER, SPAN_KIND_CONSUMER and so on, without quotes",
        (Operand.Field { Path.Kind: PathKind.StatusCode }, _) or (_, Operand.Field { Path.Kind: PathKind.StatusCode }) =>
            "span.status.code is compared with STATUS_CODE_UNSET, STATUS_CODE_OK or STATUS_CODE_ERROR, without quotes",
        _ => null,
    };

    private static string Shown(Operand operand) => operand.Type switch
    {
        ValueKind.String => "a string",
        ValueKind.Bool => "a boolean",
        _ => "a number",
    };
}
