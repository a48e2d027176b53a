using Baton.Processor.Journal;

namespace Baton.Processor.Forward;

/// <summary>
/// Leg 1 where some route, or the default, has no exporter: reads the journal to count what nobody gets. It needs no cursor, since it keeps
/// nothing back. The router becomes its own.
/// </summary>
internal sealed class Discarder(Journal.Journal journal, Router router) : IAsyncDisposable
{
    private const int MaxReadBytes = 1 << 20;

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Begins to count what comes from now on.</summary>
    public void Start() => _running = RunAsync(journal.OpenReader(journal.Tail));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        router.Dispose();
    }

    private async Task RunAsync(JournalReader reader)
    {
        await Task.Yield();
        try
        {
            while (await reader.ReadAsync(MaxReadBytes, _stop.Token) is { } block)
            {
                using (block) Count(block);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        finally
        {
            reader.Dispose();
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
