using System.Globalization;
using System.Text;
using Baton.Continuity.Conditions;
using Baton.Continuity.Scan;

namespace Baton.Fuzzing.Conditions;

/// <summary>Writes a parsed condition, with no more parentheses than its form needs; different conditions never alike.</summary>
internal static class ConditionPrinter
{
    public static string Print(Expression expression) => expression switch
    {
        Expression.Any any => string.Join(" or ", any.Parts.Select(part => part is Expression.Any ? $"({Print(part)})" : Print(part))),
        Expression.All all => string.Join(" and ", all.Parts.Select(Inner)),
        Expression.Not not => $"not {Inner(not.Part)}",
        Expression.Comparison comparison => $"{Print(comparison.Left)} {Print(comparison.Comparator)} {Print(comparison.Right)}",
        Expression.Matches matches => $"IsMatch({Print(matches.Path)}, {Quote(Encoding.UTF8.GetBytes(matches.Pattern))})",
        Expression.Affix affix => $"{(affix.AtEnd ? "HasSuffix" : "HasPrefix")}({Print(affix.Path)}, {Quote(affix.Text)})",
        Expression.Truth truth => Print(truth.Path),
        Expression.Constant constant => constant.Value ? "true" : "false",
        _ => "IsRootSpan()",
    };

    private static string Inner(Expression part) => part is Expression.Any or Expression.All ? $"({Print(part)})" : Print(part);

    private static string Print(Operand operand) => operand switch
    {
        Operand.Field field => Print(field.Path),
        Operand.Outcome outcome => Print(outcome.Expression),
        Operand.Literal literal => literal.LiteralKind switch
        {
            ValueKind.Nil => "nil",
            ValueKind.Bool => literal.Bits != 0 ? "true" : "false",
            ValueKind.Int => literal.Bits.ToString(CultureInfo.InvariantCulture),
            // Enough digits for any double, and always a point.
            ValueKind.Double => BitConverter.Int64BitsToDouble(literal.Bits).ToString("0.0################E+0", CultureInfo.InvariantCulture),
            _ => Quote(literal.Text),
        },
        _ => throw new FindingException($"an operand of another kind: {operand}"),
    };

    private static string Print(SpanPath path)
    {
        var name = SpanPath.Known.First(known => known.Value == path.Kind).Key;
        return SpanPath.TakesKey(path.Kind) ? $"{name}[{Quote(Encoding.UTF8.GetBytes(path.Key))}]" : name;
    }

    private static string Print(Comparator comparator) => comparator switch
    {
        Comparator.Equal => "==",
        Comparator.NotEqual => "!=",
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.Greater => ">",
        _ => ">=",
    };

    private static string Quote(byte[] bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var octet in bytes)
            _ = octet is > 0x1F and < 0x7F and not (byte)'"' and not (byte)'\\' ? text.Append((char)octet) : text.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
        return text.Append('"').ToString();
    }
}
