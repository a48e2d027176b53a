using Baton.Processor.Journal;

namespace Baton.Processor.Forward;

/// <summary>
/// How far an exporter has come: which entries are on their way, and the journal's durable cursor, which follows what is done without a
/// gap. One thread enters
/// entries; any thread settles them.
/// </summary>
/// <param name="cursor">The exporter's cursor.</param>
/// <param name="maxAhead">Entries that may be entered beyond the oldest that is not done.</param>
internal sealed class ForwardCursor(JournalCursor cursor, int maxAhead)
{
    private readonly Lock _gate = new();
    private AcknowledgedPrefix _prefix = new(cursor.Position);
    private TaskCompletionSource _advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything before it has been delivered or given up.</summary>
    public long Position
    {
        get
        {
            lock (_gate) return _prefix.Position;
        }
    }

    /// <summary>When the oldest entry that is not done arrived, Unix nanoseconds; null when all that were entered are done.</summary>
    public long? OldestArrivalUnixNanos
    {
        get
        {
            lock (_gate) return _prefix.OldestArrivalUnixNanos;
        }
    }

    /// <summary>Whether no further entry may be entered until <see cref="Position"/> has moved.</summary>
    public bool IsFarAhead
    {
        get
        {
            lock (_gate) return _prefix.Count >= maxAhead;
        }
    }

    /// <summary>Enters the next entry, and returns its ticket.</summary>
    public long Add(in JournalEntry entry)
    {
        lock (_gate) return _prefix.Add(entry.NextPosition, entry.ArrivalUnixNanos);
    }

    /// <summary>These are done with: delivered, or given up.</summary>
    public void Settle(ReadOnlySpan<ExportPart> parts)
    {
        TaskCompletionSource advanced;
        lock (_gate)
        {
            var moved = false;
            foreach (ref readonly var part in parts) moved |= _prefix.Complete(part.Ticket);
            if (!moved) return;
            cursor.Save(_prefix.Position);
            advanced = _advanced;
            _advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        advanced.SetResult();
    }

    /// <summary>Goes on at a later position: what is before it is done with, whatever became of it. Nothing that was entered is under way any more.</summary>
    public void SkipTo(long position)
    {
        TaskCompletionSource advanced;
        lock (_gate)
        {
            _prefix = new AcknowledgedPrefix(position);
            cursor.Save(position);
            advanced = _advanced;
            _advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        advanced.SetResult();
    }

    /// <summary>Ends when everything before <paramref name="position"/> is done with.</summary>
    public async Task WaitForAsync(long position, CancellationToken cancellation)
    {
        while (true)
        {
            Task advanced;
            lock (_gate)
            {
                if (_prefix.Position >= position) return;
                advanced = _advanced.Task;
            }
            await advanced.WaitAsync(cancellation);
        }
    }
}
