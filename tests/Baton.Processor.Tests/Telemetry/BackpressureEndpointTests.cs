using System.Net;
using System.Text.Json;
using Baton.Continuity.Judge;
using Baton.Processor.Configuration;
using Baton.Processor.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Processor.Tests.Telemetry;

public sealed class BackpressureEndpointTests
{
    private static readonly DestinationPressure Orders = new(
        "orders", [new BacklogGauge("default", "rabbitmq", "orders", "eu", 40, 12, 60), new BacklogGauge("default", "rabbitmq", "orders", "us", 2, -1, 5)],
        [new WorkerGauge("worker", "w-1", "orders.q", 0.97, true), new WorkerGauge("worker", "w-2", "orders.q", 0.5, false)], 4.25);

    private static readonly DestinationPressure Nameless = new("", [], [], 0);

    [Fact]
    public async Task A_destination_is_answered_with_backlog_busy_ratio_and_the_suggested_delay()
    {
        var (status, json) = await Ask("?destination=orders");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("orders", json.GetProperty("destination").GetString());
        Assert.Equal(42, json.GetProperty("backlog").GetInt32());
        Assert.Equal(11, json.GetProperty("backlog_growth").GetInt32());
        Assert.Equal(0.735, json.GetProperty("busy_ratio").GetDouble());
        Assert.Equal(4.25, json.GetProperty("suggested_delay_seconds").GetDouble());
        Assert.True(json.GetProperty("thrashing").GetBoolean());
        Assert.Equal(["eu", "us"], json.GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("routing_key").GetString()));
        Assert.Equal(["w-1", "w-2"], json.GetProperty("workers").EnumerateArray().Select(worker => worker.GetProperty("instance").GetString()));
    }

    [Fact]
    public async Task Without_a_parameter_all_of_them_are_listed()
    {
        var (status, json) = await Ask("");

        Assert.Equal(HttpStatusCode.OK, status);
        var all = json.GetProperty("destinations").EnumerateArray().ToList();
        Assert.Equal(["", "orders"], all.Select(one => one.GetProperty("destination").GetString()));
        Assert.Equal(JsonValueKind.Null, all[0].GetProperty("busy_ratio").ValueKind);
    }

    [Theory]
    [InlineData("?destination=", HttpStatusCode.BadRequest, "Which destination?")]
    [InlineData("?queue=orders", HttpStatusCode.BadRequest, "/v1/backpressure?destination=NAME")]
    [InlineData("?destination=orders&destination=mails", HttpStatusCode.BadRequest, "Which destination?")]
    [InlineData("?destination=mails", HttpStatusCode.NotFound, "Nothing is known of that destination")]
    public async Task What_cannot_be_answered_is_said(string query, HttpStatusCode status, string message)
    {
        var (answered, json) = await Ask(query);

        Assert.Equal(status, answered);
        Assert.Contains(message, json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_only_for_reading()
    {
        await using var admin = await Start();
        using var client = new HttpClient { BaseAddress = admin.Address };

        using var answer = await client.PostAsync(new Uri("/v1/backpressure?destination=orders", UriKind.Relative), null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public void What_the_engine_has_forgotten_stands_at_zero()
    {
        var instruments = new Instruments();
        var gauges = new FlowGauges(instruments);
        gauges.Set(Orders.Channels, Orders.Workers);
        gauges.Set([], []);

        Assert.Equal(0, instruments.Gauge("baton_destination_backlog", "", "relay", "destination").With("default", "orders").Value);
        Assert.Equal(0, instruments.Gauge("baton_worker_busy_ratio", "", "service", "instance", "destination").With("worker", "w-1", "orders.q").Value);
    }

    [Fact]
    public void Routing_keys_of_one_destination_are_added_up()
    {
        var instruments = new Instruments();
        new FlowGauges(instruments).Set(Orders.Channels, Orders.Workers);

        Assert.Equal(42, instruments.Gauge("baton_destination_backlog", "", "relay", "destination").With("default", "orders").Value);
        Assert.Equal(1, instruments.Gauge("baton_worker_thrashing", "", "service", "instance", "destination").With("worker", "w-1", "orders.q").Value);
    }

    private static Task<AdminEndpoint> Start()
    {
        var backpressure = new BackpressureEndpoint();
        backpressure.Set([Nameless, Orders]);
        return AdminEndpoint.StartAsync(
            new ListenAddress("127.0.0.1", 0), new Instruments(), () => null, NullLoggerFactory.Instance, TestContext.Current.CancellationToken, backpressure);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> Ask(string query)
    {
        await using var admin = await Start();
        using var client = new HttpClient { BaseAddress = admin.Address };
        using var answer = await client.GetAsync(new Uri("/v1/backpressure" + query, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonDocument.Parse(text).RootElement);
    }
}
