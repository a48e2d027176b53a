using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Baton.EndToEnd.Tests.Clients;

/// <summary>The OpenTelemetry SDK for .NET. It tells an application only that an export failed; why is read off the answer.</summary>
internal static class DotnetClient
{
    private static readonly ActivityContext Earlier = new(
        ActivityTraceId.CreateFromString("0102030405060708090a0b0c0d0e0f10"), ActivitySpanId.CreateFromString("0102030405060708"),
        ActivityTraceFlags.Recorded);

    /// <summary>Exports two spans.</summary>
    public static Exported Export(Export export)
    {
        // A name of its own: activities are seen by every listener of the process.
        using var source = new ActivitySource($"clients-{Guid.NewGuid():N}", "1.2");
        using var handler = new Answers(Handler(export));
        var (order, stock) = (ActivitySpanId.CreateRandom(), ActivitySpanId.CreateRandom());
        string trace;
        using (var provider = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes([new("service.name", "shop"), new("deployment.environment.name", "test")]))
            .AddSource(source.Name)
            .AddOtlpExporter(options => Configure(options, export, handler))
            .Build())
        {
            (trace, order, stock) = Make(source);
            // To dispose of it waits for a few seconds only.
            provider.ForceFlush((int)export.Timeout.TotalMilliseconds);
        }
        return new Exported(trace, order.ToHexString(), stock.ToHexString(), handler.Code == 0, handler.Code);
    }

    private static void Configure(OtlpExporterOptions options, Export export, Answers handler)
    {
        var grpc = export.Protocol == OtlpProtocol.Grpc;
        options.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = grpc ? export.Endpoint : new Uri(export.Endpoint, "/v1/traces");
        options.Compression = export.Gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None;
        options.TimeoutMilliseconds = (int)export.Timeout.TotalMilliseconds;
        options.Headers = export.Authorization is { } value ? $"authorization={Uri.EscapeDataString(value)}" : null;
        options.HttpClientFactory = () => new HttpClient(handler, disposeHandler: false) { Timeout = export.Timeout };
    }

    private static (string Trace, ActivitySpanId Order, ActivitySpanId Stock) Make(ActivitySource source)
    {
        ActivityTagsCollection tags = new(
        [
            new("shop.city", "Zürich"), new("order.items", 42L), new("order.weight", 0.5), new("order.express", true), new("order.tags", (string[])["a", "b"]),
        ]);
        using var order = source.StartActivity(
            "place order", ActivityKind.Producer, default(ActivityContext), tags,
            [new ActivityLink(Earlier, new ActivityTagsCollection([new("why", "again")]))])!;
        using var stock = source.StartActivity("load stock", ActivityKind.Internal, order.Context)!;
        stock.Stop();
        order.AddEvent(new ActivityEvent("queued", tags: new ActivityTagsCollection([new("attempt", 1L)])));
        order.SetStatus(ActivityStatusCode.Error, "no stock");
        return (order.TraceId.ToHexString(), order.SpanId, stock.SpanId);
    }

    private static SocketsHttpHandler Handler(Export export)
    {
        var handler = new SocketsHttpHandler();
        if (export.AuthorityFile is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(export.AuthorityFile);
        }
        if (export.Certificate is var (cert, key))
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(cert, key), null, offline: true);
        return handler;
    }

    /// <summary>Keeps the answers that pass.</summary>
    private sealed class Answers(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly List<HttpResponseMessage> _answers = [];

        /// <summary>0 for success; gRPC's status or HTTP's; -1 where there was no answer. Of several attempts the last.</summary>
        public int Code => _answers.LastOrDefault() is not { } last ? -1
            : Header(last) is { } status ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture)
            : last.IsSuccessStatusCode ? 0 : (int)last.StatusCode;

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Keep(base.Send(request, cancellationToken));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Keep(await base.SendAsync(request, cancellationToken));

        private HttpResponseMessage Keep(HttpResponseMessage answer)
        {
            _answers.Add(answer);
            return answer;
        }

        private static string? Header(HttpResponseMessage answer) =>
            answer.TrailingHeaders.TryGetValues("grpc-status", out var values) || answer.Headers.TryGetValues("grpc-status", out values)
                ? values.Single()
                : null;
    }
}
