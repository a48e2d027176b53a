namespace Baton.Load.Generate;

/// <summary>What is sent, how hard, and for how long.</summary>
/// <param name="Endpoint">host:port of an OTLP/gRPC receiver.</param>
/// <param name="Connections">HTTP/2 connections; the calls are spread over them.</param>
/// <param name="InFlight">Calls under way at once, over all connections.</param>
/// <param name="Spans">Spans in each request.</param>
/// <param name="Gzip">Whether requests are compressed; they then come from a pool.</param>
/// <param name="GzipPool">Requests in that pool.</param>
/// <param name="JobLag">How many requests of its call slot later a job completes; 0 is within the request that publishes it.</param>
/// <param name="Rate">Spans a second; 0 is as many as are answered.</param>
/// <param name="WarmUp">Load before what is counted.</param>
/// <param name="Duration">How long is counted.</param>
internal sealed record LoadOptions(
    string Endpoint,
    int Connections,
    int InFlight,
    int Spans,
    bool Gzip,
    int GzipPool,
    int JobLag,
    double Rate,
    TimeSpan WarmUp,
    TimeSpan Duration)
{
    /// <summary>As many calls in flight as keep two cores busy: fewer, where each carries more.</summary>
    public static int DefaultInFlight(int spans) => spans >= 256 ? 8 : 16;
}
