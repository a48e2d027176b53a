using System.Diagnostics;
using Baton.Load.Wire;

namespace Baton.Load.Generate;

/// <summary>Which part of a run it is. Only what happens while counting enters latencies and rates.</summary>
internal enum Phase
{
    /// <summary>Load that is not counted yet.</summary>
    WarmUp,

    /// <summary>Load that is counted.</summary>
    Counting,

    /// <summary>Load that goes on for as long as it takes others to read their counters.</summary>
    Tail,

    /// <summary>No new jobs; the open ones are completed.</summary>
    Last,
}

/// <summary>One call in flight after the other. Its counts are read when its task is over.</summary>
internal sealed class CallSlot(ExportChannel channel, Requests requests, int spans, Pacer pacer)
{
    /// <summary>Senders back off when they are refused; without a pause a refusing receiver would be measured at refusing.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(10);

    public LatencyHistogram Latencies { get; } = new();

    public long Acknowledged { get; private set; }

    public long Counted { get; private set; }

    public long Rejected { get; private set; }

    public long Failed { get; private set; }

    public long Jobs { get; private set; }

    public string? FirstFailure { get; private set; }

    /// <param name="phase">Asked before and after each call.</param>
    /// <param name="paced">Ends the waiting for a request's moment, when the load ends.</param>
    /// <param name="stop">Ends everything, calls in flight included.</param>
    public async Task RunAsync(Func<Phase> phase, CancellationToken paced, CancellationToken stop)
    {
        try
        {
            while (phase() != Phase.Last)
            {
                await pacer.WaitAsync(paced);
                await CallAsync(requests.Next(), phase, stop);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The load ended while this slot waited for its next request's moment.
        }

        while (requests.NextLast() is { } last) await CallAsync(last, phase, stop);
    }

    private async Task CallAsync(Outgoing outgoing, Func<Phase> phase, CancellationToken stop)
    {
        bool counting = phase() == Phase.Counting;
        long start = Stopwatch.GetTimestamp();
        var reply = await channel.SendAsync(outgoing.Frame, requests.Encoding, stop);
        counting &= phase() == Phase.Counting;
        long taken = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        if (reply.Status != 0)
        {
            Failed++;
            FirstFailure ??= $"grpc-status {reply.Status}: {reply.Message}";
            await Task.Delay(PauseAfterFailure, stop);
            return;
        }

        Acknowledged += spans;
        Rejected += reply.Response.IsEmpty ? 0 : OtlpCounts.Rejected(reply.Response.Span);
        Jobs += outgoing.NewJobs;
        if (!counting) return;
        Counted += spans;
        Latencies.Record(taken);
    }
}
