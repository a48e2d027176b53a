using System.Globalization;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Demo;

/// <summary>A span as it came to the backend behind Baton.</summary>
/// <param name="Span">The span.</param>
/// <param name="Service">The <c>service.name</c> of its resource; empty where it has none.</param>
/// <param name="Scope">The name of its scope: <c>baton</c> for what Baton itself tells.</param>
/// <param name="ArrivedUnixNanos">When it came.</param>
internal sealed record Received(Span Span, string Service, string Scope, long ArrivedUnixNanos)
{
    /// <summary>Whether it is one of Baton's own, told about a job.</summary>
    public bool IsTold => Scope == "baton";

    /// <summary>An attribute's value as text; null where it has no such attribute.</summary>
    public string? this[string key] => Span.Attributes.FirstOrDefault(attribute => attribute.Key == key) is { } found ? TextOf(found.Value) : null;

    /// <summary>A value as people read it.</summary>
    public static string TextOf(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString("0.###", CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.ArrayValue => string.Join(", ", value.ArrayValue.Values.Select(TextOf)),
        _ => value.ToString(),
    };
}
