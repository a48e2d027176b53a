using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Tests.House;

/// <summary>
/// Renders config/baton.schema.json from the options: a JSON Schema (2020-12) by which editors complete and check. It is no stricter than
/// Baton itself: any value may come from the environment instead.
/// </summary>
internal sealed class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly XmlComments _comments = new(typeof(BatonOptions).Assembly);

    public static string Render()
    {
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Baton",
            ["description"] = "The configuration of Baton. Generated from the code; docs/configuration.md says the same in words.",
            ["$defs"] = new JsonObject { ["env"] = new JsonObject { ["type"] = "string", ["pattern"] = @"\$\{env:[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}" } },
        };
        // A part of a configuration, to be laid over another, need not have what is required of the whole.
        foreach (var (key, value) in new ConfigurationSchema().Section(typeof(BatonOptions), required: false))
            root[key] = value?.DeepClone();
        return root.ToJsonString(Format) + "\n";
    }

    /// <summary>The same within the schema of the chart's values, whose key `config` holds a configuration; the rest of that file is written by hand.</summary>
    /// <param name="values">helm/baton/values.schema.json.</param>
    public static string RenderInto(string values)
    {
        var schema = JsonNode.Parse(values)!.AsObject();
        var configuration = JsonNode.Parse(Render())!.AsObject();
        schema["$defs"] = configuration["$defs"]!.DeepClone();
        foreach (var key in new[] { "$schema", "$defs", "title" })
            configuration.Remove(key);
        schema["properties"]!["config"] = configuration;
        return schema.ToJsonString(Format) + "\n";
    }

    private JsonObject Section(Type type, bool required = true)
    {
        var properties = new JsonObject();
        var needed = new JsonArray();
        foreach (var option in OptionSchema.Of(type).Options)
        {
            var schema = Of(option.Shape);
            schema["description"] = Text(option);
            properties[option.Key] = schema;
            if (option.Attribute.Required is not null) needed.Add((JsonNode)option.Key);
        }
        var section = new JsonObject { ["type"] = new JsonArray("object", "null"), ["properties"] = properties, ["additionalProperties"] = false };
        if (required && needed.Count > 0) section["required"] = needed;
        return section;
    }

    private JsonObject Of(ValueShape shape) => shape switch
    {
        ScalarShape scalar => Scalar(scalar.Format),
        SectionShape section => Section(section.Type),
        NamesShape => new JsonObject { ["type"] = new JsonArray("string", "array"), ["items"] = new JsonObject { ["type"] = "string" } },
        ListShape list => new JsonObject { ["type"] = "array", ["items"] = Of(list.Item) },
        MapShape { Variants.Count: > 0 } map => Variants(map),
        MapShape map => new JsonObject { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = Of(map.Value!) },
        _ => throw new InvalidOperationException($"No schema for {shape}."),
    };

    private JsonObject Variants(MapShape map)
    {
        var patterns = new JsonObject();
        foreach (var group in map.Variants.GroupBy(variant => variant.Value))
            patterns[$"^({string.Join("|", group.Select(variant => Regex.Escape(variant.Key)))})(/.+)?$"] = Section(group.Key);
        return new JsonObject { ["type"] = new JsonArray("object", "null"), ["patternProperties"] = patterns, ["additionalProperties"] = false };
    }

    private static JsonObject Scalar(ScalarFormat format)
    {
        var own = format switch
        {
            _ when format == ScalarFormat.Of(typeof(bool)) => Typed("boolean"),
            _ when format == ScalarFormat.Of(typeof(int)) => Typed("integer"),
            _ when format == ScalarFormat.Of(typeof(double)) => Typed("number"),
            // 0 is a duration, and a size may be a number of bytes.
            _ when format == ScalarFormat.Of(typeof(TimeSpan)) || format == ScalarFormat.Of(typeof(ByteSize)) => Typed("string", "integer"),
            _ when format == ScalarFormat.Of(typeof(string)) || format == ScalarFormat.Of(typeof(Secret)) => Typed("string", "number", "boolean"),
            _ when format == ScalarFormat.Of(typeof(TlsVersion)) => new JsonObject { ["enum"] = new JsonArray("1.2", "1.3", 1.2, 1.3) },
            _ when Choices(format) is { } choices => new JsonObject { ["enum"] = choices },
            _ => Typed("string"),
        };
        return new JsonObject { ["anyOf"] = new JsonArray(own, new JsonObject { ["$ref"] = "#/$defs/env" }) };
    }

    private static JsonObject Typed(params string[] types) =>
        new() { ["type"] = types.Length == 1 ? types[0] : new JsonArray([.. types.Select(type => (JsonNode)type)]) };

    // An enum's format is called by its choices: "a, b or c".
    private static JsonArray? Choices(ScalarFormat format)
    {
        var names = format.Name.Replace(" or ", ", ", StringComparison.Ordinal).Split(", ");
        return names.All(name => format.Parse(name) is Enum) ? new JsonArray([.. names.Select(name => (JsonNode)name)]) : null;
    }

    private string Text(OptionDescriptor option)
    {
        var range = (option.Attribute.Min, option.Attribute.Max) switch
        {
            (null, null) => "",
            (null, var max) => $" Up to {max}.",
            (var min, null) => $" At least {min}.",
            var (min, max) => $" {min} to {max}.",
        };
        return _comments.Of(option.Property, "summary").Replace("`", "", StringComparison.Ordinal) + range;
    }
}
