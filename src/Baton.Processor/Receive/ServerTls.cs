using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Baton.Processor.Receive;

/// <summary>Transport security of one listener. Each new connection gets the certificates of the moment.</summary>
internal sealed class ServerTls : IDisposable
{
    // A handshake is a few round trips; whoever takes longer holds a connection for nothing.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly ReloadedFiles<SslServerAuthenticationOptions> _options;

    /// <summary>Reads the files.</summary>
    /// <exception cref="StartupException">They cannot be used.</exception>
    public ServerTls(TlsServerOptions tls, string key, TimeProvider time, ILogger logger)
    {
        string[] files = tls.ClientCaFile is { } authorities ? [tls.CertFile, tls.KeyFile, authorities] : [tls.CertFile, tls.KeyFile];
        _options = new ReloadedFiles<SslServerAuthenticationOptions>(key, files, () => Read(tls), time, logger);
    }

    /// <summary>Looks whether the files have changed.</summary>
    public void Look() => _options.Look();

    /// <summary>Makes a listener speak TLS.</summary>
    public void Configure(ListenOptions listen)
    {
        SslApplicationProtocol[] spoken = listen.Protocols == HttpProtocols.Http2 ? [SslApplicationProtocol.Http2] : [SslApplicationProtocol.Http11];
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ =>
            {
                var current = _options.Current;
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ApplicationProtocols = [.. spoken],
                    EnabledSslProtocols = current.EnabledSslProtocols,
                    ServerCertificateContext = current.ServerCertificateContext,
                    ClientCertificateRequired = current.ClientCertificateRequired,
                    CertificateChainPolicy = current.CertificateChainPolicy?.Clone(),
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                });
            },
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _options.Dispose();

    private static SslServerAuthenticationOptions Read(TlsServerOptions tls)
    {
        var options = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = tls.MinVersion.AndNewer,
            ServerCertificateContext = SslStreamCertificateContext.Create(
                TlsFiles.ReadPair(tls.CertFile, tls.KeyFile), TlsFiles.ReadAll(tls.CertFile), offline: true),
        };
        if (tls.ClientCaFile is { } authorities)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(TlsFiles.ReadAll(authorities));
        }
        return options;
    }
}
