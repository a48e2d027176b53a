using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.State;

namespace Baton.Processor.Watch;

/// <summary>Takes the journal to the engine, epoch by epoch: an epoch is what the journal wrote together. The watch leg's thread only, unless said otherwise.</summary>
internal sealed class EpochReader : IDisposable
{
    // As much as the journal writes at once.
    private const int MaxReadBytes = 4 << 20;

    private readonly JournalReader _reader;
    private readonly EngineInForce _engine;
    private readonly SkippedEntries _skipped;
    private readonly ILogger _logger;
    private readonly Action _wake;
    private Task<JournalBlock?>? _arrival;
    private JournalBlock? _block;
    private int _next;
    private long _judging;

    /// <param name="journal">What is read.</param>
    /// <param name="position">Where to begin.</param>
    /// <param name="engine">What it is told to.</param>
    /// <param name="skipped">What is left out.</param>
    /// <param name="logger">Is told what is left out.</param>
    /// <param name="wake">Called, on any thread, when there is something to read again.</param>
    public EpochReader(Journal.Journal journal, long position, EngineInForce engine, SkippedEntries skipped, ILogger logger, Action wake)
    {
        _reader = journal.OpenReader(position);
        _engine = engine;
        _skipped = skipped;
        _logger = logger;
        _wake = wake;
        Applied = position;
    }

    /// <summary>Everything before this position has been applied, and its epoch has ended: where a checkpoint may be taken.</summary>
    public long Applied { get; private set; }

    /// <summary>When the last applied entry arrived, Unix nanoseconds; 0 before the first.</summary>
    public long LastArrivalUnixNanos { get; private set; }

    /// <summary>Entries applied.</summary>
    public long Entries { get; private set; }

    /// <summary>True if the last epoch declared other relays, without a start.</summary>
    public bool RelaysDeclared { get; private set; }

    /// <summary>True between the entries of an epoch.</summary>
    public bool InEpoch { get; private set; }

    /// <summary>When the entry arrived that is being judged, Unix nanoseconds; 0 when none waits. Any thread.</summary>
    public long JudgingUnixNanos => Interlocked.Read(ref _judging);

    /// <summary>Applies what is left of an epoch; false if there is nothing more to read now.</summary>
    public bool TryApplyEpoch()
    {
        while (_block is not null || TryRead())
        {
            while (_next < _block!.Count)
            {
                if (Apply(_block[_next++])) return true;
            }
            _block.Dispose();
            _block = null;
        }
        Interlocked.Exchange(ref _judging, 0);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _block?.Dispose();
        _reader.Dispose();
    }

    private bool TryRead()
    {
        if (_arrival is null)
        {
            if (_reader.TryRead(MaxReadBytes, out _block)) return Begin();
            SkipWhatIsLost();
            // From here on the reader's position says nothing of what has been applied: a block may already be waiting in the task.
            _arrival = _reader.ReadAsync(MaxReadBytes, CancellationToken.None).AsTask();
            _arrival.GetAwaiter().UnsafeOnCompleted(_wake);
        }
        if (!_arrival.IsCompleted) return false;
        _block = _arrival.GetAwaiter().GetResult();
        // Null: the journal is closed, and there will be no more. The task is kept, so that nothing is asked of it again.
        if (_block is null) return false;
        _arrival = null;
        return Begin();
    }

    /// <summary>What the journal lost before its end, it has reported and jumped. It is not waited for; and if the end of an epoch was among it, that ends here.</summary>
    private void SkipWhatIsLost()
    {
        if (_reader.Position <= Applied) return;
        if (InEpoch) EndEpoch();
        Applied = _reader.Position;
    }

    private bool Begin()
    {
        _next = 0;
        return true;
    }

    /// <summary>Applies one entry; true if it was the last of its epoch.</summary>
    private bool Apply(in JournalEntry entry)
    {
        Interlocked.Exchange(ref _judging, entry.ArrivalUnixNanos);
        if (!InEpoch) RelaysDeclared = false;
        InEpoch = true;
        RelaysDeclared |= entry.Kind == EntryKind.Own && DeclaresRelays(entry.Events.Span);
        try
        {
            // Baton's own metrics are no request: they must not look as if senders were alive.
            if (entry.Kind != EntryKind.OwnMetrics) Judge(entry);
            LastArrivalUnixNanos = entry.ArrivalUnixNanos;
            Entries++;
            if (!entry.EndOfGroup) return false;
            EndEpoch();
            Applied = entry.NextPosition;
            return true;
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException))
        {
            // Which entry of the epoch is to blame cannot be told: most of the work is done at its end.
            _skipped.Add(Applied, entry.NextPosition);
            throw new WatchException($"The journal's entries from position {Applied} to {entry.NextPosition} could not be judged, and will be left out after a restart: {e.Message}", e);
        }
    }

    private void Judge(in JournalEntry entry)
    {
        if (_skipped.IsEmpty || !_skipped.Contains(entry.Position)) _engine.Engine.Apply(entry.Position, entry.ArrivalUnixNanos, entry.Events.Span);
        else _logger.LogError("The entry at journal position {Position} with {Spans} spans is not judged: judging it failed before this start. It is forwarded.", entry.Position, entry.SpanCount);
    }

    private static bool DeclaresRelays(ReadOnlySpan<byte> events)
    {
        var reader = new EventReader(events);
        return reader.MoveNext() && reader.Kind == EventKind.Relays;
    }

    private void EndEpoch()
    {
        InEpoch = false;
        _engine.Engine.EndEpoch();
    }
}
