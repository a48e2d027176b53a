using System.Diagnostics;
using Baton.Load.Wire;

namespace Baton.Load.Generate;

/// <summary>One load, from the first request to the last answer.</summary>
internal sealed class LoadRun(LoadOptions options, Action<Phase> entered)
{
    private static readonly TimeSpan Tail = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the last requests, and calls that hang, may take after the load.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private volatile int _phase = (int)Phase.WarmUp;

    /// <summary>Sends the load. Ends within its time and half a minute, whatever the receiver does.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken stop)
    {
        var template = TemplateWriter.Write(options.Spans);
        var ids = new Random();
        var pool = options.Gzip
            ? new GzipPool(template, IdStream.Random(ids), options.GzipPool, options.JobLag, TimeProvider.System)
            : null;
        var channels = Enumerable.Range(0, options.Connections).Select(_ => new ExportChannel(options.Endpoint)).ToArray();
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(options.WarmUp + options.Duration + Tail + Patience);
        using var paced = CancellationTokenSource.CreateLinkedTokenSource(bounded.Token);
        var pacer = new Pacer(options.Rate / options.Spans);
        var slots = Enumerable.Range(0, options.InFlight).Select(slot => new CallSlot(
            channels[slot % channels.Length],
            pool is not null
                ? new PooledRequests(pool)
                : new StampedRequests(template, IdStream.Random(ids), options.JobLag, TimeProvider.System),
            options.Spans, pacer)).ToArray();
        var running = slots.Select(slot => Task.Run(() => slot.RunAsync(() => (Phase)_phase, paced.Token, bounded.Token), stop)).ToArray();

        var counted = await PhasesAsync(paced, bounded.Token);
        await Task.WhenAll(running);
        foreach (var channel in channels) channel.Dispose();
        return Result(slots, counted);
    }

    private async Task<TimeSpan> PhasesAsync(CancellationTokenSource paced, CancellationToken stop)
    {
        await Task.Delay(options.WarmUp, stop);
        Enter(Phase.Counting);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(options.Duration, stop);
        var counted = Stopwatch.GetElapsedTime(start);
        Enter(Phase.Tail);
        await Task.Delay(Tail, stop);
        Enter(Phase.Last);
        await paced.CancelAsync();
        return counted;
    }

    private void Enter(Phase phase)
    {
        _phase = (int)phase;
        entered(phase);
    }

    private static LoadResult Result(CallSlot[] slots, TimeSpan counted)
    {
        var latencies = new LatencyHistogram();
        foreach (var slot in slots) latencies.Merge(slot.Latencies);
        return new LoadResult(
            slots.Sum(slot => slot.Acknowledged),
            slots.Sum(slot => slot.Rejected),
            slots.Sum(slot => slot.Failed),
            slots.Select(slot => slot.FirstFailure).FirstOrDefault(failure => failure is not null),
            slots.Sum(slot => slot.Jobs),
            slots.Sum(slot => slot.Counted),
            counted.TotalSeconds,
            latencies.Quantile(0.50) / 1e6,
            latencies.Quantile(0.99) / 1e6,
            latencies.Max / 1e6);
    }
}
