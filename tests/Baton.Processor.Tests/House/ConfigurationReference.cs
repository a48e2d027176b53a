using System.Globalization;
using System.Text;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Tests.House;

/// <summary>Renders docs/configuration.md from the options: keys, types, ranges, defaults and comments.</summary>
internal sealed class ConfigurationReference
{
    private readonly XmlComments _comments = new(typeof(BatonOptions).Assembly);
    private readonly StringBuilder _page = new();
    private readonly Dictionary<Type, string> _described = [];

    private ConfigurationReference()
    {
    }

    public static string Render()
    {
        var reference = new ConfigurationReference();
        reference._page.Append("""
            <!-- Generated from the code (GeneratedDocsTests); edits are lost. -->
            # Configuration

            One YAML file, or several (`--config`, repeated: later ones override; maps merge, lists and single values are replaced), and single options on the
            command line (`--set journal.max_size=20GiB`). `config/baton.yaml` is a commented example; `baton validate` tells every fault with its place.

            `${env:NAME}` and `${env:NAME:-default}` expand within values; `$$` is a dollar sign. Durations are Go's: `500ms`, `10s`, `13m30s`. Sizes: `64MiB`,
            or a number of bytes. Conditions are the useful part of OTTL, e.g. `span.name == "worker.complete" and resource.attributes["service.name"] == "render"`.


            """);
        foreach (var option in OptionSchema.Of(typeof(BatonOptions)).Options)
            reference.Chapter(option, new BatonOptions());
        return reference._page.ToString().TrimEnd('\n') + "\n";
    }

    private void Chapter(OptionDescriptor option, BatonOptions defaults)
    {
        _page.Append(CultureInfo.InvariantCulture, $"## {option.Key}\n\n{_comments.Of(option.Property, "summary")}\n\n");
        if (option.Shape is MapShape { Variants: var variants })
        {
            foreach (var group in variants.GroupBy(variant => variant.Value))
            {
                var names = string.Join(", ", group.Select(variant => $"`{variant.Key}`"));
                _page.Append(CultureInfo.InvariantCulture, $"### {names}\n\n");
                Table(group.Key, Activator.CreateInstance(group.Key)!);
            }
            return;
        }
        Table(((SectionShape)option.Shape).Type, option.Property.GetValue(defaults)!);
    }

    private void Table(Type type, object defaults)
    {
        _page.Append("| key | value | default | what it does |\n| --- | --- | --- | --- |\n");
        Rows(type, defaults, "");
        _page.Append('\n');
    }

    private void Rows(Type type, object? defaults, string path)
    {
        foreach (var option in OptionSchema.Of(type).Options)
        {
            var key = KeyPath.Child(path, option.Key);
            var value = defaults is null ? null : option.Property.GetValue(defaults);
            if (option.Shape is not SectionShape section)
            {
                Row(key, option, value);
                if (option.Shape is ListShape { Item: SectionShape item })
                    Rows(item.Type, Activator.CreateInstance(item.Type), key + "[]");
            }
            else if (IsFlat(section) && !_described.TryAdd(section.Type, key))
            {
                if (value is null)
                {
                    _page.Append(CultureInfo.InvariantCulture, $"| `{key}` | a map | – | {Text(option)} The keys of `{_described[section.Type]}`. |\n");
                    continue;
                }
                var given = string.Join(", ", OptionSchema.Of(section.Type).Options
                    .Where(inner => inner.Shape is ScalarShape && inner.Property.GetValue(value) is not null)
                    .Select(inner => $"{inner.Key}: {((ScalarShape)inner.Shape).Format.Format(inner.Property.GetValue(value)!)}"));
                _page.Append(CultureInfo.InvariantCulture, $"| `{key}` | a map | `{given}` | {Text(option)} The keys of `{_described[section.Type]}`. |\n");
            }
            else
            {
                if (_comments.Of(option.Property, "remarks").Length > 0 || value is null)
                    _page.Append(CultureInfo.InvariantCulture, $"| `{key}` | a map | – | {Text(option)} |\n");
                // What is not there unless it is given, has its defaults once it is.
                Rows(section.Type, value ?? Activator.CreateInstance(section.Type), key);
            }
        }
    }

    private static bool IsFlat(SectionShape section) => OptionSchema.Of(section.Type).Options.All(
        option => option.Shape is ScalarShape || (option.Shape is SectionShape below && OptionSchema.Of(below.Type).Options.All(inner => inner.Shape is ScalarShape)));

    private void Row(string key, OptionDescriptor option, object? value) =>
        _page.Append(CultureInfo.InvariantCulture, $"| `{key}` | {Value(option)} | {Default(option, value)} | {Text(option)} |\n");

    private string Text(OptionDescriptor option)
    {
        var why = _comments.Of(option.Property, "remarks");
        return _comments.Of(option.Property, "summary") + (why.Length == 0 ? "" : $" _Why: {why}_");
    }

    private static string Value(OptionDescriptor option)
    {
        var kind = option.Shape switch
        {
            ScalarShape scalar => scalar.Format.Name.Split(", e.g.")[0],
            ListShape { Item: ScalarShape } => "a list of names",
            ListShape { Item: NamesShape } => "a list of names, or of lists of names",
            ListShape => "a list of maps",
            _ => "a map of name: value",
        };
        return (option.Attribute.Min, option.Attribute.Max) switch
        {
            (null, null) => kind,
            (null, var max) => $"{kind}, up to {max}",
            var (min, max) => $"{kind}, {min} to {max}",
        };
    }

    private static string Default(OptionDescriptor option, object? value) => (option.Attribute.Required, option.Shape, value) switch
    {
        ({ }, _, _) => "required",
        (_, ListShape { Item: NamesShape }, IEnumerable<AttributeNames> keys) => $"`[{string.Join(", ", keys)}]`",
        (_, ScalarShape scalar, { }) => $"`{scalar.Format.Format(value)}`",
        _ => "–",
    };
}
