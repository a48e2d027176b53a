using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Baton.Continuity.Conditions;

namespace Baton.Processor.Configuration.Binding;

/// <summary>How a single value is written in the file: one for each type that an option can have.</summary>
/// <param name="Name">What it is, for messages and for the reference: <c>a duration, e.g. 500ms, 10s, 13m30s</c>.</param>
/// <param name="Parse">The value, or null when the text is not one.</param>
/// <param name="Format">The text that <paramref name="Parse"/> reads back.</param>
internal sealed record ScalarFormat(string Name, Func<string, object?> Parse, Func<object, string> Format)
{
    private static readonly ConcurrentDictionary<Type, ScalarFormat> Known = new(new Dictionary<Type, ScalarFormat>
    {
        [typeof(string)] = new("a text", text => text, Text),
        [typeof(bool)] = new("true or false", text => Boolean(text), value => (bool)value ? "true" : "false"),
        [typeof(int)] = new("a whole number", text => Integer(text), Text),
        [typeof(double)] = new("a number", text => Number(text), Text),
        [typeof(TimeSpan)] = new(
            "a duration, e.g. 500ms, 10s, 13m30s", text => GoDuration.TryParse(text, out var value) ? value : null, value => GoDuration.Format((TimeSpan)value)),
        [typeof(ByteSize)] = new("a size, e.g. 64MiB, 10GiB, or a number of bytes", text => ByteSize.TryParse(text, out var value) ? value : null, Text),
        [typeof(ListenAddress)] = new(ListenAddress.Form, text => ListenAddress.TryParse(text, out var value) ? value : null, Text),
        [typeof(TargetAddress)] = new(TargetAddress.Form, text => TargetAddress.TryParse(text, out var value) ? value : null, Text),
        [typeof(BaseUrl)] = new(BaseUrl.Form, text => BaseUrl.TryParse(text, out var value) ? value : null, Text),
        [typeof(TraceUrl)] = new(TraceUrl.Form, text => TraceUrl.TryParse(text, out var value) ? value : null, Text),
        [typeof(TlsVersion)] = new("1.2 or 1.3", text => TlsVersion.TryParse(text, out var value) ? value : null, Text),
        [typeof(Secret)] = new("a text (a secret: it is never shown)", text => new Secret(text), Text),
        [typeof(ConditionText)] = new("a condition", text => Condition.Parse(text).Condition is null ? null : new ConditionText(text), Text),
    });

    /// <summary>The format of a type that is a single value.</summary>
    public static ScalarFormat Of(Type type) =>
        TryGet(type, out var format) ? format : throw new ArgumentException($"{type} is not a single value.", nameof(type));

    /// <summary>The format of that type; false for a type that is not a single value.</summary>
    public static bool TryGet(Type type, [NotNullWhen(true)] out ScalarFormat? format)
    {
        format = type.IsEnum ? Known.GetOrAdd(type, OfEnum) : Known.GetValueOrDefault(type);
        return format is not null;
    }

    private static ScalarFormat OfEnum(Type type)
    {
        var values = Enum.GetValues(type).Cast<object>().ToDictionary(value => OptionSchema.SnakeCase(value.ToString()!));
        return new ScalarFormat(
            values.Count == 1 ? values.Keys.Single() : $"{string.Join(", ", values.Keys.SkipLast(1))} or {values.Keys.Last()}",
            text => values.GetValueOrDefault(text),
            value => OptionSchema.SnakeCase(value.ToString()!));
    }

    private static bool? Boolean(string text) => text switch { "true" => true, "false" => false, _ => null };

    private static int? Integer(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
