using System.Net;
using System.Text.Json;
using Baton.Continuity.Judge;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Telemetry;
using Baton.Processor.WebConsole;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Processor.Tests.WebConsole;

public sealed class ConsoleEndpointTests
{
    private const long Second = 1_000_000_000;
    private const long Now = 1_800_000_000 * Second;
    private const string Hostile = "</script><img src=x onerror=alert(1)>\"'\u2028";

    private readonly ConsoleSeries _series = new(new SeriesClock(Now));
    private readonly BrokenHandoffs _broken = new();
    private ConsoleState _state = new() { Now = Now, Started = Now - 60 * Second };

    [Fact]
    public async Task The_page_is_served_with_a_policy_that_allows_nothing_inline_and_nothing_from_elsewhere()
    {
        await using var admin = await Start();
        using var client = new HttpClient { BaseAddress = admin.Address };
        using var page = await client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task Every_file_that_the_page_names_is_there_and_is_not_sent_again_unchanged()
    {
        await using var admin = await Start();
        using var client = new HttpClient { BaseAddress = admin.Address };
        foreach (var name in PageFiles.Load().Names)
        {
            using var file = await client.GetAsync(new Uri($"/console/{name}", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            using var again = new HttpRequestMessage(HttpMethod.Get, $"/console/{name}");
            again.Headers.IfNoneMatch.Add(file.Headers.ETag!);
            using var unchanged = await client.SendAsync(again, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        }
        using var other = await client.GetAsync(new Uri("/console/..%2fdefault.yaml", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task The_present_is_told_with_relays_exporters_workers_and_what_is_wrong()
    {
        Assert.True(TraceUrl.TryParse("https://jaeger.example.com/trace/{trace_id}", out var url));
        _state = _state with
        {
            TraceUrl = url,
            WhyNotReady = "the journal is being replayed",
            Blind = ["recovery"],
            Receivers = [("OTLP/gRPC", "127.0.0.1:4317")],
            Relays = [new RelayGauges("render_job", 3, 2, 1, Now - 40 * Second)],
            Exporters = [new ExporterState("otlp", 1000, 2.5, 10, 1)],
            Pressure = [new DestinationPressure("render", [new BacklogGauge("render_job", "rabbitmq", "render", "", 5, 2, 1)], [new WorkerGauge("w", "w-1", "render", 0.5, false)], 1.5)],
            Storage = new StorageState { JournalBytes = 10, JournalMaxBytes = 100, Accepted = 7 },
        };
        var observer = new ConsoleObserver(_series, _broken);
        observer.Missed(new HandoffView("render_job", "api", default, default, Now), Verdict.SilentSleep, DeadlineKind.ScheduleToStart);

        var json = await Get("/v1/console");

        Assert.Equal("2027-01-15T08:00:00.000Z", json.GetProperty("now").GetString());
        Assert.Equal("https://jaeger.example.com/trace/{trace_id}", json.GetProperty("trace_url").GetString());
        Assert.Equal("the journal is being replayed", json.GetProperty("not_ready").GetString());
        Assert.Equal("recovery", json.GetProperty("blind")[0].GetString());
        var relay = json.GetProperty("relays")[0];
        Assert.Equal((3, 2, 1), (relay.GetProperty("waiting").GetInt32(), relay.GetProperty("running").GetInt32(), relay.GetProperty("missed_open").GetInt32()));
        Assert.Equal(1, relay.GetProperty("last_15_minutes").GetProperty("silent_sleep").GetInt32());
        Assert.Equal(JsonValueKind.Null, relay.GetProperty("last_hour").GetProperty("wake_up_p50").ValueKind);
        Assert.Equal(5, json.GetProperty("destinations")[0].GetProperty("backlog").GetInt32());
        Assert.Equal("w-1", json.GetProperty("workers")[0].GetProperty("instance").GetString());
        Assert.Equal(2.5, json.GetProperty("exporters")[0].GetProperty("lag_seconds").GetDouble());
        Assert.Equal(100, json.GetProperty("journal").GetProperty("max_bytes").GetInt64());
    }

    [Fact]
    public async Task Names_that_senders_chose_come_escaped()
    {
        _broken.Add(BrokenHandoffsTests.Deadline(1, ("messaging.destination.name", Hostile)));

        var text = await Text("/v1/console");

        Assert.DoesNotContain("<", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u2028", text, StringComparison.Ordinal);
        Assert.Equal(Hostile, JsonDocument.Parse(text).RootElement.GetProperty("broken")[0].GetProperty("destination").GetString());
    }

    [Fact]
    public async Task The_last_hour_is_told_step_by_step()
    {
        var observer = new ConsoleObserver(_series, _broken);
        var job = new HandoffView("render_job", "api", default, default, Now - 30 * Second);
        observer.Opened(job);
        observer.Completed(job, late: false, 30);

        var json = await Get("/v1/console/series");

        var relay = json.GetProperty("relays")[0];
        var published = relay.GetProperty("published").EnumerateArray().ToList();
        Assert.Equal((240, 1), (published.Count, published[^3].GetInt32()));
        Assert.Equal(JsonValueKind.Null, published[0].ValueKind);
        Assert.InRange(relay.GetProperty("full_link_p50")[239].GetDouble(), 26, 34);
        Assert.Equal(15, json.GetProperty("step_seconds").GetInt32());
        Assert.Equal("2027-01-15T07:00:15.000Z", json.GetProperty("from").GetString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/console")]
    [InlineData("/console/index.html")]
    public async Task It_is_only_for_reading(string path)
    {
        await using var admin = await Start();
        using var client = new HttpClient { BaseAddress = admin.Address };
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1:8888", "127.0.0.1", true)]
    [InlineData("localhost:8888", "::1", true)]
    [InlineData("[::1]:8888", "::1", true)]
    [InlineData("rebound.example.com:8888", "127.0.0.1", false)]
    [InlineData("baton.example.com", "10.0.0.5", true)]
    public void On_loopback_only_those_are_answered_who_ask_for_loopback(string host, string local, bool answered) =>
        Assert.Equal(answered, ConsoleEndpoint.IsMeant(new HostString(host), IPAddress.Parse(local)));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.0.0.5", false)]
    [InlineData("::ffff:10.0.0.5", false)]
    [InlineData("fd00::5", false)]
    public void It_answers_what_arrives_on_loopback_and_everything_only_if_asked_to(string local, bool answered)
    {
        Assert.Equal(answered, ConsoleEndpoint.IsReached(ConsoleReach.Loopback, IPAddress.Parse(local)));
        Assert.True(ConsoleEndpoint.IsReached(ConsoleReach.Everywhere, IPAddress.Parse(local)));
    }

    [Fact]
    public async Task A_page_of_another_name_gets_nothing()
    {
        await using var admin = await Start();
        using var client = new HttpClient { BaseAddress = admin.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/console") { Headers = { Host = "rebound.example.com" } };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    private Task<AdminEndpoint> Start() => AdminEndpoint.StartAsync(
        new ListenAddress("127.0.0.1", 0), new Instruments(), () => null, NullLoggerFactory.Instance, TestContext.Current.CancellationToken,
        console: new ConsoleEndpoint(() => _state, _series, _broken));

    private async Task<string> Text(string path)
    {
        await using var admin = await Start();
        using var client = new HttpClient { BaseAddress = admin.Address };
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }

    private async Task<JsonElement> Get(string path) => JsonDocument.Parse(await Text(path)).RootElement;
}
