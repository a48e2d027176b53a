using Baton.EndToEnd.Tests.Support;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Baton.EndToEnd.Tests.Stock;

/// <summary>Calls, right and wrong, to the real baton and to a server generated from the same definitions: no client can tell which it has.</summary>
public sealed class StockClientTests(BothServers servers) : IClassFixture<BothServers>
{
    /// <summary>
    /// Where Baton says more than that server does. What cannot be decoded is INVALID_ARGUMENT, as OTLP asks for, so that nobody sends it again:
    /// the stock server falls over it, as over a flag that there is not. GET is no gRPC; 405 says so, 404 does not.
    /// </summary>
    private static readonly Dictionary<string, (string Stock, string Baton)> Deviations = new()
    {
        ["no protobuf"] = ("Unknown", "InvalidArgument"),
        ["broken gzip"] = ("Unknown", "InvalidArgument"),
        ["a flag that there is not"] = ("Unknown", "Internal"),
        ["GET"] = ("HTTP 404", "HTTP 405"),
    };

    public static TheoryData<string> Calls => [.. RawCall.All.Keys];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_is_answered_as_a_generated_server_answers_it(string name)
    {
        using var http = new HttpClient();
        var call = RawCall.All[name];

        var expected = await call.SendAsync(http, servers.Stock, Cancellation);
        var actual = await call.SendAsync(http, servers.Baton, Cancellation);

        if (Deviations.TryGetValue(name, out var deviation))
        {
            Assert.StartsWith(deviation.Stock, expected, StringComparison.Ordinal);
            expected = deviation.Baton + expected[deviation.Stock.Length..];
        }
        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task A_generated_client_sees_the_same_outcomes()
    {
        Assert.Equal(await OutcomesAsync(servers.Stock), await OutcomesAsync(servers.Baton));
    }

    [Fact]
    public async Task Health_is_checked_and_watched_as_by_its_definition()
    {
        foreach (var server in (Uri[])[servers.Stock, servers.Baton])
        {
            using var channel = GrpcChannel.ForAddress(server);
            var health = new Health.HealthClient(channel);
            Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Cancellation)).Status);
            foreach (var (service, status) in new[] { ("", ServingStatus.Serving), ("example.v1.Nothing", ServingStatus.ServiceUnknown) })
            {
                using var watch = health.Watch(new HealthCheckRequest { Service = service }, cancellationToken: Cancellation);
                Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
                Assert.Equal(status, watch.ResponseStream.Current.Status);
            }
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<IReadOnlyList<string>> OutcomesAsync(Uri server)
    {
        using var held = new HeldBodies();
        using var channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = held, MaxSendMessageSize = null });
        var client = new TraceService.TraceServiceClient(channel);
        var request = OtlpRequests.WithSpans("shop", "work");
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var plain = await OutcomeAsync(client.ExportAsync(request, cancellationToken: Cancellation));
        var gzip = await OutcomeAsync(client.ExportAsync(request, new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Cancellation));
        var patient = await OutcomeAsync(client.ExportAsync(request, deadline: DateTime.UtcNow.AddMinutes(5), cancellationToken: Cancellation));
        var late = await OutcomeAsync(client.ExportAsync(request, deadline: DateTime.UtcNow.AddSeconds(-1), cancellationToken: Cancellation));
        var large = await OutcomeAsync(client.ExportAsync(OtlpRequests.WithSpans("shop", new string('x', RawCall.MaxMessageBytes)), cancellationToken: Cancellation));
        held.Hold();
        var overtaken = await OutcomeAsync(client.ExportAsync(request, deadline: DateTime.UtcNow.AddMilliseconds(500), cancellationToken: Cancellation));
        var call = client.ExportAsync(request, cancellationToken: cancelled.Token);
        await held.UnderWay.WaitAsync(Cancellation);
        await cancelled.CancelAsync();
        var broken = await OutcomeAsync(call);
        held.Pass();
        var after = await OutcomeAsync(client.ExportAsync(request, cancellationToken: Cancellation));
        return
        [
            $"plain: {plain}", $"gzip: {gzip}", $"with a deadline: {patient}", $"deadline over: {late}", $"too large: {large}",
            $"deadline passes under way: {overtaken}", $"cancelled under way: {broken}", $"after all that: {after}",
        ];
    }

    private static async Task<string> OutcomeAsync(AsyncUnaryCall<ExportTraceServiceResponse> call)
    {
        using (call)
        {
            try
            {
                var response = await call.ResponseAsync;
                return $"{call.GetStatus().StatusCode}, {response.CalculateSize()} bytes, {call.GetTrailers().Count} trailers of its own";
            }
            catch (RpcException failure)
            {
                return $"{failure.StatusCode}";
            }
        }
    }
}
