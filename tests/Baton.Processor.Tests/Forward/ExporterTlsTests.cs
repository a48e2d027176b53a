using System.Security.Cryptography.X509Certificates;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Testing;
using Baton.Testing.Sink;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Baton.Processor.Tests.Forward;

/// <summary>TLS and mTLS towards a real server, over gRPC and HTTP.</summary>
public sealed class ExporterTlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_private_authority_is_trusted_where_it_is_named(bool http)
    {
        await using var sink = await StartAsync();

        Assert.Equal((1, 0), await ForwardOne(sink, http, new TlsClientOptions { CaFile = _certificates.AuthorityFile }));
        Assert.Equal((0, 1), await ForwardOne(sink, http, new TlsClientOptions()));
        Assert.Equal((1, 0), await ForwardOne(sink, http, new TlsClientOptions { InsecureSkipVerify = true }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_certificate_must_be_for_the_name_that_is_asked_for(bool http)
    {
        await using var sink = await StartAsync();
        var tls = new TlsClientOptions { CaFile = _certificates.AuthorityFile };

        Assert.Equal((1, 0), await ForwardOne(sink, http, tls with { ServerNameOverride = "sink.test" }));
        Assert.Equal((0, 1), await ForwardOne(sink, http, tls with { ServerNameOverride = "elsewhere.test" }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_asks_who_it_is_gets_the_certificate(bool http)
    {
        await using var sink = await StartAsync(clientCertificates: true);
        var (certFile, keyFile) = _certificates.Issue("baton");
        var tls = new TlsClientOptions { CaFile = _certificates.AuthorityFile };

        Assert.Equal((1, 0), await ForwardOne(sink, http, tls with { CertFile = certFile, KeyFile = keyFile }));
        Assert.Equal((0, 1), await ForwardOne(sink, http, tls));
    }

    public void Dispose() => _certificates.Dispose();

    private Task<RecordingSink> StartAsync(bool clientCertificates = false)
    {
        var (certFile, keyFile) = _certificates.Issue("sink");
        var authority = X509CertificateLoader.LoadCertificateFromFile(_certificates.AuthorityFile);
        return RecordingSink.StartAsync(tls: new HttpsConnectionAdapterOptions
        {
            ServerCertificate = X509Certificate2.CreateFromPemFile(certFile, keyFile),
            ClientCertificateMode = clientCertificates ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate,
            ClientCertificateValidation = (certificate, _, _) => certificate.IssuerName.RawData.SequenceEqual(authority.SubjectName.RawData),
        });
    }

    // One attempt: what does not get through is given up, and so counted as failed.
    private static async Task<(double Sent, double Failed)> ForwardOne(RecordingSink sink, bool http, TlsClientOptions tls)
    {
        await using var fixture = new ForwardFixture();
        var once = new RetryOptions { Enabled = false };
        var forwarder = http
            ? fixture.Start(ForwardFixture.Http(sink.HttpEndpoint) with { Tls = tls, RetryOnFailure = once })
            : fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint) with { Tls = tls, RetryOnFailure = once });
        await fixture.AppendAsync(ForwardFixture.Traces("span"));
        await fixture.DeliveredAsync(forwarder);
        return (fixture.Metrics.ExporterSentSpans.With("otlp/test").Value, fixture.Metrics.ExporterFailedSpans.With("otlp/test").Value);
    }
}
