using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>
/// What a shard does when time passes. Traces that wake together are taken in hand in portions. Those of which nothing but a deadline can come
/// are not even looked at while none may be told: of a million that fall due at once, each is loaded once, when it is told.
/// </summary>
internal sealed partial class Shard
{
    private readonly List<Wake> _held = [];
    private readonly List<Wake> _portion = [];
    private int _heldTaken;

    /// <summary>Whether a deadline that has passed waits to be told, and there is room.</summary>
    public bool CanRunHeld => Context.Held.Count > 0 && Context.Room > 0;

    /// <summary>
    /// Asks the traces again whose deadlines passed while none might be told: as many as there is room for, in the order of their ids. What is told
    /// is read back in the same order: so unpacked traces are gone through as they lie in memory, which gains more than reading records as they lie.
    /// </summary>
    public void RunHeld(long now)
    {
        if (_heldTaken == _held.Count)
        {
            _held.Clear();
            _heldTaken = 0;
            foreach (var (trace, entry) in Context.Held)
            {
                _held.Add(new Wake(now, trace, entry));
            }
            _held.Sort();
        }
        _wakes.Clear();
        for (; _heldTaken < _held.Count && _wakes.Count < Context.Room; _heldTaken++)
        {
            var held = _held[_heldTaken];
            Context.Held.Remove(held.Trace);
            _wakes.Add(held with { Due = now });
        }
        Wake(_wakes);
        _wakes.Clear();
    }

    /// <summary>Relays have changed: what could only be told before, may be judged otherwise now.</summary>
    public void DoubtAll() => _wheel.DoubtAll();

    private void Wake(List<Wake> wakes)
    {
        for (var from = 0; from < wakes.Count;)
        {
            from = TakePortion(wakes, from);
            foreach (var wake in _portion)
            {
                _traces.Want(wake.Trace);
            }
            _traces.Load();
            foreach (var wake in _portion)
            {
                Context.Now = wake.Due;
                (Context.Position, Context.SpanIndex, Context.Hop) = (wake.Due, wake.Trace.GetHashCode(), 0);
                var trace = _traces.Use(wake.Trace);
                TakeEntry(trace, wake.Entry);
                trace.HasWoken = true;
                _judge.Wake(trace);
            }
            if (_portion.Count == MostWakesAtOnce)
            {
                CommitWhatIsSaid();
            }
        }
    }

    /// <summary>Takes the next that must be looked at; holds what would be held in any case.</summary>
    private int TakePortion(List<Wake> wakes, int from)
    {
        _portion.Clear();
        var holds = !Context.CanTell && _wheel.OldestToTell is var oldest && Context.Shared.Sight.IsUnbrokenSince(oldest, wakes[from].Due);
        for (; from < wakes.Count && _portion.Count < MostWakesAtOnce; from++)
        {
            var wake = wakes[from];
            if (!holds || !wake.OnlyTells || !Context.Held.TryAdd(wake.Trace, wake.Entry))
            {
                _portion.Add(wake);
            }
        }
        return from;
    }

    private void TakeEntry(TraceState trace, int entry)
    {
        var own = _wheel.Own(trace.WheelHandle, entry, trace.TraceId);
        trace.Changed |= own != trace.WheelHandle;
        trace.WheelHandle = own;
        trace.KnowsItsEntry |= entry >= 0;
    }

    /// <summary>
    /// A trace may be held by an entry that it does not know: that becomes its own; or a restart has left it beside the trace's own, and what the trace
    /// waits for now wakes by that one.
    /// </summary>
    private void TakeHeldEntry(TraceState trace)
    {
        if (Context.Held.Count > 0 && Context.Held.TryGetValue(trace.TraceId, out var entry) && entry >= 0)
        {
            TakeEntry(trace, entry);
            if (trace.WheelHandle != entry)
            {
                Context.Held.Remove(trace.TraceId);
            }
        }
    }
}
