using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Forward;

/// <summary>The three Export methods of OTLP over gRPC, with marshallers that copy bytes instead of encoding messages.</summary>
internal static class ExportMethods
{
    private static readonly Marshaller<ExportRequest> Requests = new(Write, _ => throw new NotSupportedException());
    private static readonly Marshaller<ExportResult> Responses = new((_, _) => throw new NotSupportedException(), Read);

    private static readonly Method<ExportRequest, ExportResult>[] Methods =
    [
        MethodOf("opentelemetry.proto.collector.trace.v1.TraceService"),
        MethodOf("opentelemetry.proto.collector.metrics.v1.MetricsService"),
        MethodOf("opentelemetry.proto.collector.logs.v1.LogsService"),
    ];

    /// <summary>The method that takes a signal's requests.</summary>
    public static Method<ExportRequest, ExportResult> Of(OtlpSignal signal) => Methods[(int)signal];

    /// <summary>
    /// What an Export…ServiceResponse says. The three signals' responses have the same fields with the same numbers, so the traces'
    /// class reads them all.
    /// </summary>
    public static ExportResult ReadResponse(ReadOnlySequence<byte> response)
    {
        if (response.IsEmpty) return ExportResult.Accepted;
        try
        {
            var partial = ExportTraceServiceResponse.Parser.ParseFrom(response).PartialSuccess;
            if (partial is null) return ExportResult.Accepted;
            return ExportResult.Accepted with { Rejected = partial.RejectedSpans, Message = partial.ErrorMessage };
        }
        catch (InvalidProtocolBufferException)
        {
            // The status said OK, and that is the acknowledgement.
            return ExportResult.Accepted;
        }
    }

    private static ExportResult Read(DeserializationContext context) =>
        context.PayloadLength == 0 ? ExportResult.Accepted : ReadResponse(context.PayloadAsReadOnlySequence());

    // With the length known and no compression, the client rents one buffer for frame header and payload, and sends it in one write.
    private static void Write(ExportRequest request, SerializationContext context)
    {
        context.SetPayloadLength(request.Length);
        if (!request.TryWriteTo(context.GetBufferWriter())) throw new OperationCanceledException("The call has ended.");
        context.Complete();
    }

    private static Method<ExportRequest, ExportResult> MethodOf(string service) =>
        new(MethodType.Unary, service, "Export", Requests, Responses);
}
