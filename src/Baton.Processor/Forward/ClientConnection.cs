using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>How exporters connect, over gRPC and HTTP alike.</summary>
internal static class ClientConnection
{
    /// <summary>A client for one destination. Nothing is sent until the first request.</summary>
    public static HttpClient Open(Uri address, OtlpClientOptions options) =>
        new(HandlerFor(address, options)) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    /// <summary>The address as requests name it: with <c>tls.server_name_override</c> in place of the host.</summary>
    public static Uri NameOf(Uri address, OtlpClientOptions options) =>
        options.Tls.ServerNameOverride is { } name ? new UriBuilder(address) { Host = name }.Uri : address;

    private static SocketsHttpHandler HandlerFor(Uri address, OtlpClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // Cleartext HTTP/2 does not pass a proxy.
            UseProxy = address.Scheme == Uri.UriSchemeHttps,
            AllowAutoRedirect = false,
            UseCookies = false,
            // Baton's own calls are not part of anybody's trace.
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.Timeout,
            // A server may allow fewer streams on a connection than requests are in flight.
            EnableMultipleHttp2Connections = true,
            // What a name stands for may change while Baton runs.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            // A connection that died without a word (a NAT or a load balancer forgot it) must not eat every retry until TCP gives up after
            // a quarter of an hour. Only while calls are open, because servers take more than a few pings without calls for abuse.
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (address.Scheme == Uri.UriSchemeHttps)
            handler.SslOptions = TlsFor(options.Tls);
        // The handler takes the name for TLS, and the authority, from the request's URL; so that names the server, and the way there is told here.
        if (options.Tls.ServerNameOverride is not null)
            handler.ConnectCallback = (_, cancellation) => ConnectAsync(address, cancellation);
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(Uri address, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.IdnHost, address.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions TlsFor(TlsClientOptions tls)
    {
        var options = new SslClientAuthenticationOptions { EnabledSslProtocols = tls.MinVersion.AndNewer };
        if (tls.InsecureSkipVerify)
        {
#pragma warning disable CA5359 // This is what the option asks for, and says of itself.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        if (tls.CaFile is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // A private authority rarely publishes what it revoked.
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(TlsFiles.ReadAll(authorities));
        }
        if (tls.CertFile is { } certificate && tls.KeyFile is { } key)
        {
            var chain = TlsFiles.ReadAll(certificate);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(TlsFiles.ReadPair(certificate, key), chain, offline: true);
        }
        return options;
    }
}
