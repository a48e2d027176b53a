using Baton.Processor.Journal;

namespace Baton.Processor.Forward;

/// <summary>
/// Leg 1 where some route, or the default, has no exporter: reads the journal to count what nobody gets. It needs no cursor, since it keeps
/// nothing back.
/// </summary>
internal sealed class Discarder(Journal.Journal journal, Router router)
{
    private const int MaxReadBytes = 1 << 20;

    /// <summary>Counts until told to stop, or until the journal closes.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var reader = journal.OpenReader(journal.Tail);
        try
        {
            while (await reader.ReadAsync(MaxReadBytes, stopping) is { } block)
            {
                using (block) Count(block);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private void Count(JournalBlock block)
    {
        for (var i = 0; i < block.Count; i++)
        {
            router.Route(block[i], out var part, out _);
            part?.Dispose();
        }
    }
}
