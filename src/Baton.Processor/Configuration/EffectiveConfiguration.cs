using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Configuration;

/// <summary>
/// The configuration as it is in force, defaults included, as YAML that reads back to the same options; secrets are masked. Two
/// configurations are the same where their texts are (but for secrets).
/// </summary>
internal static partial class EffectiveConfiguration
{
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The YAML text.</summary>
    public static string Of(BatonOptions options)
    {
        var text = new StringBuilder();
        WriteSection(text, options, "");
        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, object section, string indent)
    {
        foreach (var option in OptionSchema.Of(section.GetType()).Options)
        {
            if (option.Property.GetValue(section) is { } value)
                WriteValue(text, $"{indent}{option.Key}:", option.Shape, value, indent + "  ");
        }
    }

    private static void WriteValue(StringBuilder text, string key, ValueShape shape, object value, string indent)
    {
        switch (shape)
        {
            case ScalarShape scalar:
                text.Append(key).Append(' ').Append(Quote(scalar.Format.Format(value))).Append('\n');
                break;
            case SectionShape:
                text.Append(key).Append('\n');
                WriteSection(text, value, indent);
                break;
            case ListShape { Item: ScalarShape item }:
                var items = ((IEnumerable)value).Cast<object>().Select(one => Quote(item.Format.Format(one)));
                text.Append(key).Append(" [").AppendJoin(", ", items).Append("]\n");
                break;
            case ListShape { Item: NamesShape }:
                var keys = ((IEnumerable)value).Cast<AttributeNames>().Select(one => one.Names.Count == 1 ? Quote(one.Names[0]) : $"[{string.Join(", ", one.Names.Select(Quote))}]");
                text.Append(key).Append(" [").AppendJoin(", ", keys).Append("]\n");
                break;
            case ListShape list:
                WriteItems(text, key, list.Item, ((IEnumerable)value).Cast<object>().ToArray(), indent);
                break;
            case MapShape map:
                WriteEntries(text, key, map, (IEnumerable)value, indent);
                break;
        }
    }

    private static void WriteItems(StringBuilder text, string key, ValueShape item, object[] values, string indent)
    {
        text.Append(key).Append(values.Length == 0 ? " []\n" : "\n");
        foreach (var value in values)
        {
            var start = text.Length;
            WriteValue(text, "", item, value, indent + "  ");
            // The section's first line follows the dash: its indent gives way to it.
            text.Remove(start, 1 + indent.Length + 2).Insert(start, indent + "- ");
        }
    }

    private static void WriteEntries(StringBuilder text, string key, MapShape map, IEnumerable entries, string indent)
    {
        var start = text.Length;
        text.Append(key).Append('\n');
        var empty = true;
        foreach (var entry in entries)
        {
            empty = false;
            var name = (string)entry.GetType().GetProperty("Key")!.GetValue(entry)!;
            var value = entry.GetType().GetProperty("Value")!.GetValue(entry)!;
            WriteValue(text, $"{indent}{Quote(name)}:", map.Value ?? new SectionShape(value.GetType()), value, indent + "  ");
        }
        if (empty)
            text.Remove(start, text.Length - start).Append(CultureInfo.InvariantCulture, $"{key} {{}}\n");
    }

    // A dollar sign is doubled: what is read back would otherwise be expanded.
    private static string Quote(string value)
    {
        var escaped = value.Replace("$", "$$", StringComparison.Ordinal);
        var plain = Plain().IsMatch(escaped) && escaped is not ("null" or "Null" or "NULL");
        return plain ? escaped : JsonSerializer.Serialize(escaped, Quoting);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_./][A-Za-z0-9_./:+-]*(?<!:)$")]
    private static partial Regex Plain();
}
