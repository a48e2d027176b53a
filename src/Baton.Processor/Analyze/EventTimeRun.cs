using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Synthesize;

namespace Baton.Processor.Analyze;

/// <summary>
/// The service's engine over a recorded stream: requests arrive in order, and time is the latest end of a span that was seen. State is in
/// memory and holds what is open; what Baton would write to its journal is read back at once. One thread.
/// </summary>
internal sealed class EventTimeRun : IDisposable
{
    // While nothing arrives, time goes in steps. What is told late by one is told of the same deadline all the same; the longer it has
    // been quiet, the less a step matters.
    private const long ShortestStepNanos = 5_000_000_000;
    private const long QuietToStep = 100;

    // What arrives within as much is one moment to the engine's wheel.
    private const long SliceNanos = 50_000_000;

    private readonly MemoryStateStore _store = new();
    private readonly Engine _engine;
    private readonly Action<OwnEntry> _told;
    private long _now;
    private long _ticked;
    private long _quietSince;
    private long _position;

    /// <param name="rules">What to decide by.</param>
    /// <param name="observer">Is told what is concluded.</param>
    /// <param name="told">Is given the spans that tell it.</param>
    public EventTimeRun(ContinuityOptions rules, IContinuityObserver observer, Action<OwnEntry> told)
    {
        _engine = new Engine(rules, [_store], observer);
        _engine.Recover([]);
        _told = told;
    }

    /// <summary>The clock, Unix nanoseconds; 0 before the first span.</summary>
    public long NowUnixNanos => _now;

    /// <summary>Traces of which something is known: what memory grows with.</summary>
    public long OpenTraces => _engine.Traces;

    /// <summary>A request arrives.</summary>
    /// <param name="latestEndUnixNanos">The latest end of its spans; 0 if it has none.</param>
    /// <param name="events">Its events; not needed after the call.</param>
    public void Arrive(long latestEndUnixNanos, ReadOnlySpan<byte> events)
    {
        var now = Math.Max(_now, latestEndUnixNanos);
        // Before the first span there is no time to arrive at.
        if (now == 0)
            return;
        Pass(now);
        _engine.Apply(_position++, now, events);
        _engine.EndEpoch();
        ReadBack();
    }

    /// <summary>Nothing arrives any more: time runs on until nothing is left that it could change.</summary>
    public void Finish()
    {
        _quietSince = _now;
        _engine.IntakeHasEnded = true;
        while (_engine.Traces > 0)
            Step();
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    // What is due before an arrival is told before it.
    private void Pass(long now)
    {
        _quietSince = _now;
        while (_now > 0 && now - _now > StepNanos && _engine.Traces > 0)
            Step();
        if (now / SliceNanos > _ticked / SliceNanos)
            Tick(now);
        _now = now;
    }

    private long StepNanos => Math.Max(ShortestStepNanos, (_now - _quietSince) / QuietToStep);

    private void Step() => Tick(_now + StepNanos);

    private void Tick(long now)
    {
        _now = _ticked = now;
        do
        {
            _engine.Tick(now);
            ReadBack();
        }
        while (_engine.HasMoreToTell);
    }

    private void ReadBack()
    {
        while (_engine.TryTakeOwn(out var entry))
        {
            _told(entry);
            _engine.Apply(_position++, _now, entry.Events.Span);
            _engine.EndEpoch();
        }
    }
}
