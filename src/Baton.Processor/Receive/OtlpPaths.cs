using Baton.Processor.Journal;

namespace Baton.Processor.Receive;

/// <summary>The paths of OTLP (specification, "OTLP/gRPC" and "OTLP/HTTP").</summary>
internal static class OtlpPaths
{
    /// <summary>What an OTLP/gRPC call to this path brings; null for another path.</summary>
    public static EntryKind? OfGrpc(string? path) => path switch
    {
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => EntryKind.Traces,
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => EntryKind.Metrics,
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export" => EntryKind.Logs,
        _ => null,
    };

    /// <summary>What an OTLP/HTTP request to this path brings; null for another path.</summary>
    public static EntryKind? OfHttp(string? path) => path switch
    {
        "/v1/traces" => EntryKind.Traces,
        "/v1/metrics" => EntryKind.Metrics,
        "/v1/logs" => EntryKind.Logs,
        _ => null,
    };
}
