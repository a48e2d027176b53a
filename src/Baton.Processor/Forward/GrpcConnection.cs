using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Grpc.Core;
using Grpc.Net.Client;

namespace Baton.Processor.Forward;

/// <summary>How the exporter <c>otlp</c> connects.</summary>
internal static class GrpcConnection
{
    /// <summary>A channel to the options' endpoint. Nothing is sent until the first call.</summary>
    public static GrpcChannel Open(OtlpExporterOptions options)
    {
        var address = options.Endpoint.ToUri(options.Tls.Insecure);
        var client = new HttpClient(HandlerFor(address, options.Timeout)) { Timeout = Timeout.InfiniteTimeSpan };
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            // A client, not a handler: with a handler the channel keeps a connection state of its own, whose back-off after failed
            // connects grows to two minutes, beyond max_interval.
            HttpClient = client,
            DisposeHttpClient = true,
            CompressionProviders = [new CompressedPassThrough(PayloadEncoding.Gzip), new CompressedPassThrough(PayloadEncoding.Zstd)],
        });
    }

    /// <summary>The headers of calls whose payload is in this encoding. Shared by all of them, and never changed.</summary>
    public static Metadata HeadersOf(OtlpExporterOptions options, PayloadEncoding encoding)
    {
        var headers = new Metadata();
        foreach (var (name, value) in options.Headers) headers.Add(name, value.Reveal());
        // Read by Grpc.Net.Client, which sends grpc-encoding instead.
        if (encoding != PayloadEncoding.Identity) headers.Add("grpc-internal-encoding-request", ContentCoding.NameOf(encoding));
        return headers;
    }

    private static SocketsHttpHandler HandlerFor(Uri address, TimeSpan timeout) => new()
    {
        // Cleartext HTTP/2 does not pass a proxy.
        UseProxy = address.Scheme == Uri.UriSchemeHttps,
        AllowAutoRedirect = false,
        UseCookies = false,
        // Baton's own calls are not part of anybody's trace.
        ActivityHeadersPropagator = null,
        ConnectTimeout = timeout,
        // A server may allow fewer streams on a connection than requests are in flight.
        EnableMultipleHttp2Connections = true,
        // A connection that died without a word (a NAT or a load balancer forgot it) must not eat every retry until TCP gives up after
        // a quarter of an hour. Only while calls are open,
        // because servers take more than a few pings without calls for abuse.
        KeepAlivePingDelay = TimeSpan.FromSeconds(15),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };
}
