using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Clients;

/// <summary>OpenTelemetry's SDKs for .NET and for JavaScript as applications set them up, against the real process.</summary>
public sealed class ClientTests(Receivers receivers) : IClassFixture<Receivers>
{
    private const int Unauthenticated = 16;
    private const int NoAnswer = -1;

    // Long for a machine that does other things; short where nobody will answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan NoPatience = TimeSpan.FromSeconds(1);

    public static TheoryData<Language, OtlpProtocol, bool, Security> Combinations
    {
        get
        {
            var rows = new TheoryData<Language, OtlpProtocol, bool, Security>();
            foreach (var (language, protocol) in Exporters)
            {
                foreach (var gzip in (bool[])[false, true])
                {
                    foreach (var security in Enum.GetValues<Security>())
                        rows.Add(language, protocol, gzip, security);
                }
            }
            return rows;
        }
    }

    public static TheoryData<Language, OtlpProtocol> EachExporter => [.. Exporters];

    // The SDK for .NET has no JSON.
    private static IEnumerable<(Language, OtlpProtocol)> Exporters =>
        from language in Enum.GetValues<Language>()
        from protocol in Enum.GetValues<OtlpProtocol>()
        where language == Language.JavaScript || protocol != OtlpProtocol.HttpJson
        select (language, protocol);

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Spans_arrive_as_the_application_made_them(Language language, OtlpProtocol protocol, bool gzip, Security security)
    {
        var export = Of(protocol, security, gzip);

        var exported = await ExportAsync(language, export);

        Assert.Equal((true, 0), (exported.Accepted, Math.Max(0, exported.Code)));
        var (order, stock) = Rendering.Expected(exported);
        Assert.Equal(order, Rendering.Of(await receivers.Sink.WaitForSpanAsync(span => span.SpanId == exported.Order, Patience)));
        Assert.Equal(stock, Rendering.Of(await receivers.Sink.WaitForSpanAsync(span => span.SpanId == exported.Stock, Patience)));
        Assert.Equal("clients", receivers.Sink.Spans.Where(span => span.TraceId == exported.TraceId).Select(span => span.Scope.Name[..7]).Distinct().Single());
    }

    [Theory]
    [MemberData(nameof(EachExporter))]
    public async Task Without_a_token_that_is_taken_nothing_is_and_no_log_has_a_token(Language language, OtlpProtocol protocol)
    {
        var baton = receivers.Baton(Security.Token);
        string transport = protocol == OtlpProtocol.Grpc ? "grpc" : "http";
        double Refused(MetricsPage page) => page.Sum("baton_receiver_refused_requests_total", ("transport", transport), ("reason", "unauthenticated"));
        var before = await baton.ScrapeAsync();

        foreach (var wrong in (string?[])[null, "Bearer wrong-5c02ee", $"Basic {Receivers.Token}"])
        {
            var exported = await ExportAsync(language, Of(protocol, Security.Token, gzip: true) with { Authorization = wrong });

            Assert.Equal((false, protocol == OtlpProtocol.Grpc ? Unauthenticated : 401), (exported.Accepted, exported.Code));
        }

        var after = await baton.ScrapeAsync();
        Assert.Equal(Refused(before) + 3, Refused(after));
        Assert.Equal(before.Sum("baton_receiver_accepted_spans_total"), after.Sum("baton_receiver_accepted_spans_total"));
        Assert.DoesNotContain(baton.Output, line => line.Contains(Receivers.Token, StringComparison.Ordinal) || line.Contains("wrong-5c02ee", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EachExporter))]
    public async Task Without_a_certificate_of_the_configured_authority_nothing_is_taken(Language language, OtlpProtocol protocol)
    {
        var baton = receivers.Baton(Security.Certificate);
        var before = await baton.ScrapeAsync();

        foreach (var wrong in ((string, string)?[])[null, receivers.Stranger])
        {
            var exported = await ExportAsync(language, Of(protocol, Security.Certificate, gzip: false) with { Certificate = wrong, Timeout = NoPatience });

            // gRPC's own client says UNAVAILABLE, or DEADLINE_EXCEEDED once it has tried long enough.
            Assert.Contains(exported.Code, language == Language.JavaScript && protocol == OtlpProtocol.Grpc ? [14, 4] : (int[])[NoAnswer]);
            Assert.False(exported.Accepted);
        }

        Assert.Equal(before.Sum("baton_receiver_accepted_spans_total"), (await baton.ScrapeAsync()).Sum("baton_receiver_accepted_spans_total"));
    }

    private Export Of(OtlpProtocol protocol, Security security, bool gzip)
    {
        var baton = receivers.Baton(security);
        var plain = protocol == OtlpProtocol.Grpc ? baton.GrpcEndpoint : baton.HttpEndpoint;
        return new Export(
            protocol,
            security == Security.Plain ? plain : new Uri($"https://{plain.Authority}"),
            gzip,
            security == Security.Token ? $"Bearer {Receivers.Token}" : null,
            security == Security.Plain ? null : receivers.Certificates.AuthorityFile,
            security == Security.Certificate ? receivers.Certificates.Issue("sender") : null,
            Patience);
    }

    private Task<Exported> ExportAsync(Language language, Export export) =>
        language == Language.JavaScript ? receivers.Node.ExportAsync(export) : Task.Run(() => DotnetClient.Export(export));
}

/// <summary>Whose SDK.</summary>
public enum Language
{
    Dotnet,
    JavaScript,
}
