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
        return GrpcChannel.ForAddress(ClientConnection.NameOf(address, options), new GrpcChannelOptions
        {
            // A client, not a handler: with a handler the channel keeps a connection state of its own, whose back-off after failed
            // connects grows to two minutes, beyond max_interval.
            HttpClient = ClientConnection.Open(address, options),
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
}
