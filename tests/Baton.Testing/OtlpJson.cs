using System.Text.Json.Nodes;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Testing;

/// <summary>
/// OTLP's JSON for tests: protobuf's own mapping, except that ids are hex (OTLP specification, "JSON Protobuf Encoding").
/// Strict where OTLP tells a receiver to be lenient: a field that OTLP does not have is an error.
/// </summary>
public static class OtlpJson
{
    /// <summary>Parses an export request.</summary>
    /// <exception cref="InvalidProtocolBufferException">A field is unknown, or its value does not fit.</exception>
    /// <exception cref="FormatException">An id is not hex.</exception>
    public static ExportTraceServiceRequest ParseTraces(ReadOnlySpan<byte> utf8)
    {
        var root = JsonNode.Parse(utf8)!;
        IdsToBase64(root);
        return JsonParser.Default.Parse<ExportTraceServiceRequest>(root.ToJsonString());
    }

    // Attribute keys are values in OTLP's JSON, never property names: a property of one of these names is an id.
    private static void IdsToBase64(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                IdsToBase64(item);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToArray())
            {
                if (name is "traceId" or "spanId" or "parentSpanId" && value is not null)
                    members[name] = Convert.ToBase64String(Convert.FromHexString(value.GetValue<string>()));
                else
                    IdsToBase64(value);
            }
        }
    }
}
