using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;
using Baton.Processor.Journal;

namespace Baton.Processor.Watch;

/// <summary>
/// Brings what the engine concluded into the journal, in its order, and never drops any of it: what finds no room, even in the journal's reserve, is kept and tried again. The watch leg's thread only.
/// </summary>
internal sealed class OwnEntries(AppendEntry append, EngineInForce engine, ILogger logger)
{
    private const long AgainAfterNanos = 100_000_000;

    // What an engine had still to say when it gave way to another.
    private readonly Queue<OwnEntry> _inherited = new();
    private OwnEntry? _kept;
    private bool _startIsDue;
    private long _again;

    /// <summary>True while something could not be appended yet. Deadlines wait: what was concluded must be a fact before more is.</summary>
    public bool IsBlocked => _kept is not null || _startIsDue;

    /// <summary>The position of the last entry that was appended; -1 before the first.</summary>
    public long LastPosition { get; private set; } = -1;

    /// <summary>Has the fact of a start written next.</summary>
    public void AddStart() => _startIsDue = true;

    /// <summary>Appends what there is; what finds no room stays.</summary>
    /// <param name="nowUnixNanos">The time, for the pause between attempts.</param>
    public void Append(long nowUnixNanos)
    {
        if (IsBlocked && nowUnixNanos < _again) return;
        while (_kept is not null || TryTake())
        {
            if (!TryAppend(_kept!.Value, nowUnixNanos)) return;
            _kept.Value.Release();
            _kept = null;
        }
        if (_startIsDue) _startIsDue = !TryAppendStart(nowUnixNanos);
    }

    /// <summary>Takes what an engine that gives way still has to say.</summary>
    public void Inherit(Engine leaving)
    {
        while (leaving.TryTakeOwn(out var entry)) _inherited.Enqueue(entry);
    }

    private bool TryTake()
    {
        if (!_inherited.TryDequeue(out var entry) && !engine.Engine.TryTakeOwn(out entry)) return false;
        _kept = entry;
        return true;
    }

    private bool TryAppendStart(long now)
    {
        using var writer = new EventWriter();
        engine.Engine.WriteStart(writer);
        return TryAppend(new OwnEntry(writer.Written, default, 0), now);
    }

    private bool TryAppend(OwnEntry entry, long now)
    {
        // Waiting is right here: the watch leg has a thread of its own, and judges nothing further before it knows that this is written.
        var result = append(EntryKind.Own, PayloadEncoding.Identity, entry.Events, entry.Payload, entry.SpanCount).AsTask().GetAwaiter().GetResult();
        if (result.Status == AppendStatus.Stored)
        {
            if (_again > 0) logger.LogInformation("The journal takes Baton's own entries again.");
            _again = 0;
            LastPosition = result.Position;
            return true;
        }
        if (_again == 0 && result.Status != AppendStatus.Closed)
            logger.LogError("The journal has no room for Baton's own spans ({Status}); they are kept, and no further deadline is told until it has. Look at why exporters do not drain it, or raise journal.max_size.", result.Status);
        _again = now + AgainAfterNanos;
        return false;
    }
}
