using System.Text.Json;
using Google.Protobuf.Reflection;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;

namespace Baton.Processor.Json;

/// <summary>A message type of OTLP with its fields, made from the generated one. Does not change, and is safe for any number of threads.</summary>
internal sealed class JsonMessage
{
    private JsonField[] _fields = [];
    private JsonField?[] _byNumber = [];

    private JsonMessage(MessageDescriptor descriptor)
    {
        Name = descriptor.Name;
        OneOfs = descriptor.Oneofs.Count;
        IsSmall = descriptor.File == AnyValue.Descriptor.File;
    }

    /// <summary>What a sender of spans sends.</summary>
    public static JsonMessage Traces { get; } = Of(ExportTraceServiceRequest.Descriptor);

    /// <summary>What a sender of metrics sends.</summary>
    public static JsonMessage Metrics { get; } = Of(ExportMetricsServiceRequest.Descriptor);

    /// <summary>What a sender of logs sends.</summary>
    public static JsonMessage Logs { get; } = Of(ExportLogsServiceRequest.Descriptor);

    /// <summary>What a sender of spans is answered.</summary>
    public static JsonMessage TracesResponse { get; } = Of(ExportTraceServiceResponse.Descriptor);

    /// <summary>What a sender of metrics is answered.</summary>
    public static JsonMessage MetricsResponse { get; } = Of(ExportMetricsServiceResponse.Descriptor);

    /// <summary>What a sender of logs is answered.</summary>
    public static JsonMessage LogsResponse { get; } = Of(ExportLogsServiceResponse.Descriptor);

    /// <summary>Its name without the package, such as ExportTraceServiceRequest.</summary>
    public string Name { get; }

    /// <summary>Its fields, by their numbers.</summary>
    public ReadOnlySpan<JsonField> Fields => _fields;

    /// <summary>
    /// Finds the field of the property that the reader stands at. Encoders write properties in one order, so the one after the last found is tried first.
    /// </summary>
    /// <param name="reader">At a property's name.</param>
    /// <param name="next">The index to try first; moves on.</param>
    /// <returns>Null for a property that OTLP does not have: a receiver ignores it.</returns>
    public JsonField? Find(ref Utf8JsonReader reader, ref int next)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            var at = next + i;
            at = at < _fields.Length ? at : at - _fields.Length;
            var field = _fields[at];
            if (reader.ValueIsEscaped ? EscapedName.Is(reader.ValueSpan, field.JsonName) : reader.ValueSpan.SequenceEqual(field.JsonName))
            {
                next = at + 1 < _fields.Length ? at + 1 : 0;
                return field;
            }
        }
        return null;
    }

    /// <summary>How many oneofs it has.</summary>
    public int OneOfs { get; }

    /// <summary>Mostly shorter than 128 bytes: attributes, their values, and the like.</summary>
    public bool IsSmall { get; }

    /// <summary>The index in <see cref="Fields"/> of a field by its number; -1 for one that is not known.</summary>
    public int IndexOf(int number) => number < _byNumber.Length && _byNumber[number] is { } field ? Array.IndexOf(_fields, field) : -1;

    private static JsonMessage Of(MessageDescriptor descriptor) => Of(descriptor, []);

    private static JsonMessage Of(MessageDescriptor descriptor, Dictionary<MessageDescriptor, JsonMessage> known)
    {
        if (known.TryGetValue(descriptor, out var message))
            return message;
        // Known before its fields are: values nest in values.
        known.Add(descriptor, message = new JsonMessage(descriptor));
        message._fields =
        [
            .. descriptor.Fields.InFieldNumberOrder()
                .Select(field => new JsonField(field, field.FieldType == FieldType.Message ? Of(field.MessageType, known) : null)),
        ];
        message._byNumber = new JsonField?[message._fields.Select(field => field.Number).DefaultIfEmpty().Max() + 1];
        foreach (var field in message._fields)
            message._byNumber[field.Number] = field;
        return message;
    }
}
