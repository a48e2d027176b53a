using Baton.Continuity.Judge;
using Baton.Processor.Journal;
using Baton.Processor.State;

namespace Baton.Processor.Watch;

/// <summary>What the watch leg's thread does, step by step.</summary>
internal sealed class WatchLoop : IDisposable
{
    private readonly Journal.Journal _journal;
    private readonly StateDirectory _state;
    private readonly EngineInForce _inForce;
    private readonly ILogger _logger;
    private readonly EpochReader _epochs;
    private readonly OwnEntries _own;
    private readonly Ticks _ticks;
    private readonly Checkpoints _checkpoints;
    private readonly long _observationNanos;
    private long _observedAt;
    private long _told;

    /// <param name="settings">How it saves its state.</param>
    /// <param name="journal">What it reads.</param>
    /// <param name="state">Where its state is.</param>
    /// <param name="engine">What judges, over the stores of <paramref name="state"/>.</param>
    /// <param name="wake">Called, on any thread, when there is something to read again.</param>
    /// <param name="logger">Is told of faults.</param>
    /// <param name="append">Stores Baton's own entries; null: the journal.</param>
    public WatchLoop(WatchSettings settings, Journal.Journal journal, StateDirectory state, Engine engine, Action wake, ILogger logger, AppendEntry? append = null)
    {
        var position = state.ReplayFrom ?? journal.Head;
        if (position > journal.Tail) throw new InvalidOperationException("The journal ends before the state's checkpoint: it must be opened to continue from there.");
        _journal = journal;
        _state = state;
        _inForce = new EngineInForce(engine);
        BlindAfter = settings.BlindAfter;
        _logger = logger;
        _observationNanos = (long)settings.ObservationInterval.TotalNanoseconds;
        _epochs = new EpochReader(journal, position, _inForce, state.Skipped, logger, wake);
        _own = new OwnEntries(append ?? journal.AppendAsync, _inForce, logger);
        _ticks = new Ticks(journal, _inForce, _epochs, _own, () => BlindAfter, logger);
        _checkpoints = new Checkpoints(journal, state, _inForce, settings, state.ReplayFrom ?? -1, logger);
    }

    /// <summary>When the entry arrived that is being judged, Unix nanoseconds; 0 when none waits. Any thread.</summary>
    public long JudgingUnixNanos => _epochs.JudgingUnixNanos;

    /// <summary>The time at which it last looked at the clock, Unix nanoseconds. Any thread.</summary>
    public long LookedUnixNanos => _ticks.NowUnixNanos;

    /// <summary>The time up to which everything that is due has been told, and written, Unix nanoseconds. Any thread.</summary>
    public long ToldUnixNanos => Interlocked.Read(ref _told);

    /// <summary>True if everything that is in the journal has been applied.</summary>
    public bool IsAtTail => _epochs.Applied >= _journal.Tail;

    /// <summary>True while it is so far behind that nothing is told.</summary>
    public bool IsBehind => _ticks.IsBehind;

    /// <summary>What judges from the next declaration of relays on: announced on any thread, taken up by this one's.</summary>
    public EngineInForce InForce => _inForce;

    /// <summary>A pause between two looks at the clock that counts as a suspension.</summary>
    public TimeSpan BlindAfter { get; set; }

    /// <summary>Called between epochs, from time to time: the engine may be asked.</summary>
    public Action<Engine> Observed { get; set; } = _ => { };

    /// <summary>
    /// Brings the engine from the checkpoint to the journal's present end, as it was when the past was the present, but without a word; then has the start written, after which
    /// what was recovered is held back for a while.
    /// </summary>
    /// <returns>False if it was to stop before it was through: then nothing is told and nothing written, and the next start goes on from here.</returns>
    public bool TryReplay(Func<bool> isStopping)
    {
        if (_state.ReplayFrom < _journal.Head)
            _logger.LogError("The journal begins at {Head}, and the state's checkpoint ends at {Position}: what was between them is lost, and handoffs that it opened or closed are misjudged.", _journal.Head, _state.ReplayFrom);
        var begun = _journal.Observe();
        _inForce.Engine.Replaying = true;
        _inForce.Engine.Recover(_state.Tables.Span);
        while (_epochs.Applied < begun.Tail)
        {
            if (isStopping()) return false;
            _epochs.TryApplyEpoch();
        }
        var now = _journal.Observe().NowUnixNanos;
        _inForce.Engine.EndReplay(now);
        _own.AddStart();
        _own.Append(now);
        var damaged = _state.Stores.Sum(store => store.DamagedRecords);
        if (damaged > 0) _logger.LogError("{Records} records of state were damaged on disk, and are lost: their handoffs are not known any more.", damaged);
        _logger.LogInformation(
            "Watching {Traces} traces; {Entries} journal entries were replayed in {Seconds:F1} s.", _inForce.Engine.Traces, _epochs.Entries, (now - begun.NowUnixNanos) / 1e9);
        return true;
    }

    /// <summary>Judges one epoch, and what time brings. False when there was nothing to judge.</summary>
    public bool TryWork()
    {
        var worked = _epochs.TryApplyEpoch();
        if (worked && _epochs.RelaysDeclared && _inForce.TryReplace(_own.Inherit))
            _logger.LogInformation("The relays of the changed configuration are in force; {Traces} traces are watched.", _inForce.Engine.Traces);
        var tail = _ticks.Observe();
        _own.Append(_ticks.NowUnixNanos);
        _ticks.Tick(tail);
        _own.Append(_ticks.NowUnixNanos);
        if (!_epochs.InEpoch) _checkpoints.Poll(_epochs.Applied, _ticks.NowUnixNanos, _own.IsBlocked);
        if (_ticks.NowUnixNanos - _observedAt >= _observationNanos && !_epochs.InEpoch)
        {
            _observedAt = _ticks.NowUnixNanos;
            Observed(_inForce.Engine);
        }
        // Last of all: who waits for it finds everything done that this moment brings.
        if (!_own.IsBlocked && !_inForce.Engine.HasMoreToTell) Interlocked.Exchange(ref _told, _ticks.TickedUnixNanos);
        return worked;
    }

    /// <summary>Saves the state for the next start.</summary>
    public void Finish(CancellationToken abort)
    {
        if (!_epochs.InEpoch) _checkpoints.Finish(_epochs.Applied, abort);
    }

    /// <summary>Its thread goes on: the stores must not be closed.</summary>
    public void Abandon() => _state.Abandon();

    /// <inheritdoc/>
    public void Dispose() => _epochs.Dispose();
}
