using Baton.Processor.Journal;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Forward;

/// <summary>
/// Leg 1 where <c>routing.default</c> is an empty list: reads the journal to count what nobody gets. It needs no cursor, since it keeps
/// nothing back.
/// </summary>
internal sealed class Discarder(Journal.Journal journal, PipelineMetrics metrics)
{
    private const int MaxReadBytes = 1 << 20;

    /// <summary>Counts until told to stop, or until the journal closes.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var dropped = metrics.RoutingDroppedSpans.With();
        using var reader = journal.OpenReader(journal.Tail);
        try
        {
            while (await reader.ReadAsync(MaxReadBytes, stopping) is { } block)
            {
                using (block) dropped.Inc(CountSpans(block));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private static int CountSpans(JournalBlock block)
    {
        var spans = 0;
        for (var i = 0; i < block.Count; i++)
        {
            if (OtlpSignals.Of(block[i].Kind) == OtlpSignal.Traces) spans += block[i].SpanCount;
        }
        return spans;
    }
}
