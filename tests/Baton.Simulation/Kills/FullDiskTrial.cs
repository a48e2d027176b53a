using Baton.Testing.Engine;
using Baton.Testing.Processes;
using Baton.Testing.Sink;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Simulation.Kills;

/// <summary>
/// The real process with its journal and state on a small file system: filled once by its own journal while the backend is down, and once to the last byte by somebody else. It must refuse, stay alive,
/// and go on by itself when there is space again, with nothing lost and the job told that was missed meanwhile.
/// </summary>
/// <param name="directory">A directory on a file system of 64 MiB to 1 GiB.</param>
public sealed class FullDiskTrial(string directory)
{
    private readonly List<string> _acknowledged = [];
    private int _number;

    /// <summary>Told of each step.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Runs.</summary>
    /// <exception cref="BrokenPromiseException">It did not go on.</exception>
    public async Task RunAsync()
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Otherwise(_ => SinkAnswer.Unavailable());
        await using var baton = await BatonProcess.StartAsync(RenderJobYaml.Of(sink, exportLag: 1, settle: 2, scheduleToStart: 5, scheduleToClose: 10), data: directory);
        using var channel = GrpcChannel.ForAddress(baton.GrpcEndpoint);
        var client = new TraceService.TraceServiceClient(channel);

        var first = await PublishAsync(client);
        var filled = await FillAsync(client);
        var free = (await baton.ScrapeAsync()).Sum("baton_disk_free_bytes");
        Progress($"backend down: {filled} requests of 256 KiB taken, then refused; {free / 1e6:F1} MB are still free");
        sink.Otherwise(_ => SinkAnswer.Ok);
        await EventuallyAsync("requests are taken again once the backend has drained the journal", () => TrySendAsync(client));
        await EventuallyAsync("the job that was published before is told", () => Task.FromResult(IsTold(sink, first)));
        Progress("backend back: requests are taken, and the job that was lost meanwhile is told");

        await FillByOthersAsync(baton);
        await EventuallyAsync("requests are refused", async () => !await TrySendAsync(client));
        Progress("filled to the last byte by somebody else: requests are refused");
        await Task.Delay(TimeSpan.FromSeconds(5));
        File.Delete(Path.Combine(directory, "filler"));
        await EventuallyAsync("requests are taken again", () => TrySendAsync(client));
        var second = await PublishAsync(client);
        await EventuallyAsync("a job that is lost afterwards is told", () => Task.FromResult(IsTold(sink, second)));
        var arrived = new HashSet<string>();
        await EventuallyAsync("everything that was acknowledged has arrived", () =>
        {
            arrived.UnionWith(sink.Spans.Select(span => span.SpanId));
            return Task.FromResult(_acknowledged.TrueForAll(arrived.Contains));
        });
        if (await baton.TerminateAsync() is not 0 and var code) throw new BrokenPromiseException($"It ended with {code}.");
        Progress($"space again: requests are taken, a further job is told, all {_acknowledged.Count} acknowledged spans have arrived; exit code 0");
    }

    private static bool IsTold(RecordingSink sink, string producer) => sink.Spans.Any(span => span.Name == "worker.deadline" && span.ParentSpanId == producer);

    private static async Task EventuallyAsync(string what, Func<Task<bool>> isSo)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            if (tries == 600) throw new BrokenPromiseException($"Within two minutes it did not happen that {what}.");
            await Task.Delay(200);
        }
    }

    private async Task<string> PublishAsync(TraceService.TraceServiceClient client)
    {
        var now = Now();
        var span = SpanSpec.Producer("produce.render_job", now, now + 0.001).As($"full-p{++_number}").In($"full-t{_number}");
        await EventuallyAsync("a job can be published", () => TryExportAsync(client, span));
        return Convert.ToHexStringLower(Ids.Span(span.Id).Span);
    }

    private async Task<int> FillAsync(TraceService.TraceServiceClient client)
    {
        for (var taken = 0; ; taken++)
        {
            if (!await TrySendAsync(client)) return taken;
        }
    }

    private Task<bool> TrySendAsync(TraceService.TraceServiceClient client) =>
        TryExportAsync(client, SpanSpec.Internal("work", Now() - 1, Now()).As($"full-w{++_number}").In($"full-t{_number}").With("ballast", new string('x', 256 << 10)));

    private async Task<bool> TryExportAsync(TraceService.TraceServiceClient client, SpanSpec span)
    {
        try
        {
            await client.ExportAsync(Story.Request([span]), deadline: DateTime.UtcNow.AddSeconds(10));
            _acknowledged.Add(Convert.ToHexStringLower(Ids.Span(span.Id).Span));
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return false;
        }
    }

    private async Task FillByOthersAsync(BatonProcess baton)
    {
        using var filler = File.OpenHandle(Path.Combine(directory, "filler"), FileMode.Create, FileAccess.Write);
        var block = new byte[1 << 16];
        for (var size = block.Length; size > 0;)
        {
            try
            {
                RandomAccess.Write(filler, block.AsSpan(0, size), RandomAccess.GetLength(filler));
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
        Progress($"{(await baton.ScrapeAsync()).Sum("baton_disk_free_bytes")} bytes free");
    }

    private static double Now() => (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(Story.Epoch / 1_000_000)).TotalSeconds;
}
