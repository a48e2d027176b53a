using Baton.Processor.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Fuzzing.Json;

/// <summary>What a request is, for both sides.</summary>
internal sealed record JsonSignal(JsonMessage Type, MessageDescriptor Descriptor)
{
    public static readonly JsonSignal Traces = new(JsonMessage.Traces, ExportTraceServiceRequest.Descriptor);

    private static readonly JsonSignal Metrics = new(JsonMessage.Metrics, ExportMetricsServiceRequest.Descriptor);

    private static readonly JsonSignal Logs = new(JsonMessage.Logs, ExportLogsServiceRequest.Descriptor);

    /// <summary>By the name of the outermost property.</summary>
    public static JsonSignal Of(ReadOnlySpan<byte> json) =>
        json.IndexOf("\"resourceMetrics\""u8) >= 0 ? Metrics : json.IndexOf("\"resourceLogs\""u8) >= 0 ? Logs : Traces;

    /// <summary>What the generated parser reads, without fields that it does not know; null if it refuses.</summary>
    public IMessage? Parse(byte[] protobuf)
    {
        try
        {
            // Without the fields that it does not know it is not as strict: it takes wire types that protobuf does not have.
            _ = Descriptor.Parser.ParseFrom(protobuf);
            return Descriptor.Parser.WithDiscardUnknownFields(true).ParseFrom(protobuf);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
