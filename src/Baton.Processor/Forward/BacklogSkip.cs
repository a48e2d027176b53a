using Baton.Processor.Journal;
using Prometheus;

namespace Baton.Processor.Forward;

/// <summary>Finds where an exporter goes on that is too far behind, and counts what it leaves out.</summary>
/// <param name="journal">The journal.</param>
/// <param name="skipped">Counts spans.</param>
/// <param name="report">Is told once.</param>
/// <param name="maxBytes">What may wait.</param>
internal sealed class BacklogSkip(Journal.Journal journal, Counter.Child skipped, DeliveryReport report, long maxBytes)
{
    private const int MaxReadBytes = 4 << 20;

    /// <summary>Reads over what is left out. A quarter more than must be: or an exporter that is always too slow would have its calls broken off for a few bytes each second.</summary>
    /// <param name="position">Where the exporter stands.</param>
    /// <returns>Where it goes on: the beginning of an entry.</returns>
    public long From(long position)
    {
        var target = journal.Tail - maxBytes / 4 * 3;
        var spans = 0L;
        using var reader = journal.OpenReader(position);
        while (position < target && reader.TryRead(MaxReadBytes, out var block))
        {
            using (block)
            {
                for (var i = 0; i < block.Count && position < target; i++)
                {
                    if (OtlpSignals.Of(block[i].Kind) == OtlpSignal.Traces) spans += block[i].SpanCount;
                    position = block[i].NextPosition;
                }
            }
        }
        skipped.Inc(spans);
        report.Skipped(spans);
        return position;
    }
}
