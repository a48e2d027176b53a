using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Testing;

/// <summary>How a captured request came in.</summary>
public enum CaptureTransport
{
    /// <summary>OTLP over HTTP: the body is the request's.</summary>
    Http,

    /// <summary>OTLP over gRPC: the body is the message, without its five-byte frame.</summary>
    Grpc,
}

/// <summary>One run of real services: its folder below Captures, with '/', and its requests in order of arrival.</summary>
public sealed record CaptureScenario(string Name, IReadOnlyList<CapturedRequest> Requests);

/// <summary>One export request as it was received.</summary>
/// <param name="File">File name of the body.</param>
/// <param name="Service">The service.name of the sender.</param>
/// <param name="ArrivedUnixNanos">Arrival, in Unix nanoseconds; recorded to the millisecond, never backwards in a scenario.</param>
/// <param name="Transport">HTTP or gRPC.</param>
/// <param name="Path">Path of the HTTP request; for gRPC, the method.</param>
/// <param name="ContentType">application/x-protobuf, application/json or application/grpc.</param>
/// <param name="UserAgent">The SDK's exporter and its version.</param>
/// <param name="Body">The bytes, not compressed.</param>
public sealed record CapturedRequest(
    string File,
    string Service,
    long ArrivedUnixNanos,
    CaptureTransport Transport,
    string Path,
    string ContentType,
    string UserAgent,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the body is JSON; otherwise it is protobuf.</summary>
    public bool IsJson => ContentType == "application/json";

    /// <summary>The body as a message. A field that OTLP does not have fails in JSON, and is kept as unknown in protobuf.</summary>
    public ExportTraceServiceRequest Parse() =>
        IsJson ? OtlpJson.ParseTraces(Body.Span) : ExportTraceServiceRequest.Parser.ParseFrom(Body.Span);
}
