namespace Baton.Testing.Sink;

/// <summary>The three signals of OTLP that the sink takes.</summary>
public enum OtlpSignal
{
    /// <summary>ExportTraceServiceRequest.</summary>
    Traces,

    /// <summary>ExportMetricsServiceRequest.</summary>
    Metrics,

    /// <summary>ExportLogsServiceRequest.</summary>
    Logs,
}

/// <summary>How a request came.</summary>
public enum OtlpTransport
{
    /// <summary>One HTTP/2 POST with a five-byte message prefix.</summary>
    Grpc,

    /// <summary>OTLP/HTTP with a protobuf body.</summary>
    Http,
}
