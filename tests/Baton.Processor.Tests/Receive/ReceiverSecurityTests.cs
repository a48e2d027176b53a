using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Receive;
using Baton.Testing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Tests.Receive;

/// <summary>Who may send, and over what: TLS, mTLS, tokens, pages of other origins; and who may ask for health.</summary>
public sealed class ReceiverSecurityTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task Over_TLS_both_protocols_take_spans()
    {
        await using var test = await ReceiverUnderTest.StartAsync(Tls(), () => Trusting());

        await SendBothAsync(test);

        Assert.Equal(2, test.Appended.Count);
    }

    [Fact]
    public async Task With_client_authorities_a_sender_needs_a_certificate_of_theirs()
    {
        using var strangers = new TestCertificates();
        var settings = Tls(_certificates.AuthorityFile);
        await using (var test = await ReceiverUnderTest.StartAsync(settings, () => Trusting(_certificates.Issue("sender"))))
        {
            await SendBothAsync(test);
            Assert.Equal(2, test.Appended.Count);
        }
        foreach (var handler in (Func<HttpMessageHandler>[])[() => Trusting(), () => Trusting(strangers.Issue("stranger"))])
        {
            await using var test = await ReceiverUnderTest.StartAsync(settings, handler);
            await Assert.ThrowsAnyAsync<Exception>(() => SendBothAsync(test));
            Assert.Empty(test.Appended);
        }
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_by_the_next_connection_and_a_broken_one_never()
    {
        var settings = Tls();
        await using var test = await ReceiverUnderTest.StartAsync(settings, () => Trusting());
        var first = await SerialAsync(test);

        _certificates.Issue("baton");
        test.Time.Advance(TimeSpan.FromSeconds(5));
        var second = await SerialAsync(test);
        File.WriteAllText(settings.HttpTls!.CertFile, "not a certificate");
        test.Receiver.Reload();
        var third = await SerialAsync(test);

        Assert.NotEqual(first, second);
        Assert.Equal(second, third);
        Assert.Contains(test.Log.Errors, line => line.Contains("receivers.otlp.protocols.http.tls", StringComparison.Ordinal));
        test.Log.Errors.Clear();
    }

    [Fact]
    public async Task Without_a_token_that_is_taken_nothing_is()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { BearerTokenFile = Tokens("# rotated in March\nfirst\n\n second \n") });
        foreach (var (header, taken) in new[]
            { (null, false), ("Bearer third", false), ("Basic first", false), ("Bearer", false), ("Bearer first second", false), ("Bearer first", true), ("bearer second", true) })
        {
            test.Http.DefaultRequestHeaders.Remove("authorization");
            if (header is not null) test.Http.DefaultRequestHeaders.TryAddWithoutValidation("authorization", header);
            var reply = await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(1).ToByteArray());
            Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, reply.Code);
            if (!taken) Assert.Equal(((int)StatusCode.Unauthenticated, "Bearer"), (reply.Status.Code, reply.Headers.WwwAuthenticate.ToString()));

            var metadata = header is null ? [] : new Metadata { { "authorization", header } };
            Task CallAsync() => new TraceService.TraceServiceClient(test.Channel).ExportAsync(OtlpRequest.OfSpans(1), metadata, cancellationToken: ReceiverUnderTest.Cancellation).ResponseAsync;
            if (taken)
                await CallAsync();
            else
                Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(CallAsync)).StatusCode);
        }
        Assert.Equal(4, test.Appended.Count);
        Assert.Equal(5, test.Metrics.ReceiverRefusedRequests.With("grpc", "unauthenticated").Value);
    }

    [Fact]
    public async Task A_request_without_a_token_is_refused_before_its_body_and_its_path_are_looked_at()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { BearerTokenFile = Tokens("secret") });

        Assert.Equal(HttpStatusCode.Unauthorized, (await test.PostAsync("/nothing", [1, 2, 3])).Code);
    }

    [Fact]
    public async Task Tokens_are_rotated_without_a_restart_and_an_empty_file_changes_nothing()
    {
        var file = Tokens("old");
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { BearerTokenFile = file });
        test.Http.DefaultRequestHeaders.TryAddWithoutValidation("authorization", "Bearer new");
        Assert.Equal(HttpStatusCode.Unauthorized, (await test.PostAsync("/v1/traces", [])).Code);

        File.WriteAllText(file, "old\nnew\n");
        test.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", [])).Code);

        File.WriteAllText(file, "");
        test.Receiver.Reload();
        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", [])).Code);
        Assert.DoesNotContain(test.Log.Errors, line => line.Contains("new", StringComparison.Ordinal) && line.Contains("Bearer", StringComparison.Ordinal));
        test.Log.Errors.Clear();
    }

    [Fact]
    public async Task A_page_of_a_configured_origin_may_send_and_no_other()
    {
        var cors = new CorsOptions { AllowedOrigins = ["https://app.example.com", "https://*.shop.example.com"], AllowedHeaders = ["x-tenant"] };
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { Cors = cors });

        foreach (var (origin, allowed) in new[] { ("https://app.example.com", true), ("https://eu.shop.example.com", true), ("https://evil.example.net", false) })
        {
            using var asked = new HttpRequestMessage(HttpMethod.Options, "/v1/traces")
            {
                Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type,x-tenant" } },
            };
            using var answer = await test.Http.SendAsync(asked, ReceiverUnderTest.Cancellation);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));

            test.Http.DefaultRequestHeaders.Remove("Origin");
            test.Http.DefaultRequestHeaders.Add("Origin", origin);
            var sent = await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(1).ToByteArray());
            Assert.Equal(allowed, sent.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) && values.Single() == origin);
            test.Http.DefaultRequestHeaders.Remove("Origin");
        }
    }

    [Fact]
    public async Task Without_cors_a_preflight_is_a_method_that_is_not_taken()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var asked = new HttpRequestMessage(HttpMethod.Options, "/v1/traces") { Headers = { { "Origin", "https://app.example.com" } } };
        using var answer = await test.Http.SendAsync(asked, ReceiverUnderTest.Cancellation);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task The_health_service_answers_a_generated_client_without_a_token()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { BearerTokenFile = Tokens("secret") });
        var health = new Health.HealthClient(test.Channel);
        var service = "opentelemetry.proto.collector.trace.v1.TraceService";

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest(), cancellationToken: ReceiverUnderTest.Cancellation)).Status);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: ReceiverUnderTest.Cancellation)).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new HealthCheckRequest { Service = "what" }, cancellationToken: ReceiverUnderTest.Cancellation));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(4, (await health.ListAsync(new HealthListRequest(), cancellationToken: ReceiverUnderTest.Cancellation)).Statuses.Count);
    }

    [Fact]
    public async Task A_watcher_of_health_hears_of_the_stop()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var watch = new Health.HealthClient(test.Channel).Watch(new HealthCheckRequest(), cancellationToken: ReceiverUnderTest.Cancellation);
        Assert.True(await watch.ResponseStream.MoveNext(ReceiverUnderTest.Cancellation));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, watch.ResponseStream.Current.Status);

        var stopping = test.Receiver.StopAsync(TimeSpan.FromMinutes(1));

        Assert.True(await watch.ResponseStream.MoveNext(ReceiverUnderTest.Cancellation));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(ReceiverUnderTest.Cancellation))).StatusCode);
        await stopping;
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _directory.Dispose();
    }

    private static async Task SendBothAsync(ReceiverUnderTest test)
    {
        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(1).ToByteArray())).Code);
        await new TraceService.TraceServiceClient(test.Channel).ExportAsync(OtlpRequest.OfSpans(1), cancellationToken: ReceiverUnderTest.Cancellation);
    }

    private static async Task<string> SerialAsync(ReceiverUnderTest test)
    {
        var serial = "";
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            serial = certificate!.GetSerialNumberString();
            return serial.Length > 0;
        };
        using var client = new HttpClient(handler);
        using var answer = await client.GetAsync(new Uri($"https://127.0.0.1:{test.Receiver.HttpPort}/"), ReceiverUnderTest.Cancellation);
        return serial;
    }

    private string Tokens(string text)
    {
        File.WriteAllText(_directory["tokens"], text);
        return _directory["tokens"];
    }

    private ReceiverSettings Tls(string? clientCa = null)
    {
        var (certFile, keyFile) = _certificates.Issue("baton");
        var tls = new TlsServerOptions { CertFile = certFile, KeyFile = keyFile, ClientCaFile = clientCa };
        return new ReceiverSettings { GrpcTls = tls, HttpTls = tls };
    }

    private SocketsHttpHandler Trusting((string CertFile, string KeyFile)? own = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(_certificates.AuthorityFile);
        if (own is { } pair)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(pair.CertFile, pair.KeyFile), null, offline: true);
        return handler;
    }
}
