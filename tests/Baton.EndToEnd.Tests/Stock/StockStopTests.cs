using Baton.EndToEnd.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.EndToEnd.Tests.Stock;

/// <summary>A stop, as clients of both servers see it.</summary>
public sealed class StockStopTests : IAsyncDisposable
{
    private readonly BothServers _servers = new();

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Connections_are_told_to_go_away_calls_under_way_end_well_or_retryably_and_new_ones_are_UNAVAILABLE()
    {
        await _servers.InitializeAsync();
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = ((Uri[])[_servers.Stock, _servers.Baton]).Select(server => SeeAsync(server, stop.Task)).ToArray();
        await Task.WhenAll(seen.Select(server => Task.WhenAny(server.Ready.Task, server.Outcome))).WaitAsync(TimeSpan.FromMinutes(2), Cancellation);

        var stopping = _servers.StopAsync();
        stop.SetResult();
        await stopping;

        foreach (var server in seen)
        {
            var (goneAway, underWay) = await server.Outcome.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
            Assert.True(goneAway);
            Assert.Contains(underWay, (StatusCode[])[StatusCode.OK, StatusCode.Unavailable]);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Observation SeeAsync(Uri server, Task stopping)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Observation(ready, RunAsync());

        async Task<(bool, StatusCode)> RunAsync()
        {
            using var held = new HeldBodies();
            using var channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = held });
            var client = new TraceService.TraceServiceClient(channel);
            using var connection = await Http2Connection.OpenAsync(server, Cancellation);
            held.Hold();
            var underWay = StatusAsync(client);
            await held.UnderWay.WaitAsync(Cancellation);
            held.Pass();
            ready.SetResult();
            await stopping;
            // Until the stop is there they are OK; one that meets the end of its connection is given another status by the client itself.
            while (await StatusAsync(client) != StatusCode.Unavailable)
                Cancellation.ThrowIfCancellationRequested();
            held.Release();
            return (await connection.ReadToGoAwayAsync(Cancellation), await underWay);
        }
    }

    private static async Task<StatusCode> StatusAsync(TraceService.TraceServiceClient client)
    {
        try
        {
            await client.ExportAsync(OtlpRequests.WithSpans("shop", "work"), cancellationToken: Cancellation);
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    private sealed record Observation(TaskCompletionSource Ready, Task<(bool GoneAway, StatusCode UnderWay)> Outcome);
}
