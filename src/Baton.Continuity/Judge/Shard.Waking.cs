using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>
/// What a shard does when time passes. Traces that wake together are taken in hand in portions. Those of which nothing but a deadline can come
/// are not even looked at while none may be told: of a million that fall due at once, each is loaded once, when it is told.
/// </summary>
internal sealed partial class Shard
{
    private readonly List<TraceState> _hands = [];
    private readonly Predicate<Wake> _isHeld;
    private int _roomForWakes;

    /// <summary>Whether a deadline that has passed waits to be told, and there is room.</summary>
    public bool CanRunHeld => Context.Held.Any && Context.Room > 0;

    /// <summary>Moves the wheel's hand: all shards' together, so that what a message of one brings about in another falls due in time.</summary>
    public void MoveTo(long slice)
    {
        _wheel.MoveTo(slice, _wakes);
        if (_wakes.Count > 0)
        {
            _roomForWakes = Context.CanTell ? Context.Room : 0;
            _wakes.RemoveAll(_isHeld);
            _wakes.Sort();
        }
    }

    /// <summary>Lets the traces of the slice decide.</summary>
    public void RunSlice()
    {
        Wake(CollectionsMarshal.AsSpan(_wakes));
        _wakes.Clear();
    }

    /// <summary>
    /// Asks the traces whose deadlines passed while none might be told: as many as there is room for, who was first first, and these in the order of their ids.
    /// What is told is read back in the same order: so unpacked traces are gone through as they lie in memory, which gains more than reading records as they lie.
    /// </summary>
    public void RunHeld(long now)
    {
        while (_wakes.Count < Context.Room && Context.Held.TryTake(out var wake))
        {
            if (wake.Entry < 0 || _wheel.TryRelease(wake.Entry, wake.Trace))
            {
                _wakes.Add(wake with { Due = now });
            }
        }
        _wakes.Sort();
        RunSlice();
    }

    /// <summary>Relays have changed: what could only be told before, may be judged otherwise now.</summary>
    public void DoubtAll() => _wheel.DoubtAll();

    private void Wake(ReadOnlySpan<Wake> wakes)
    {
        while (!wakes.IsEmpty)
        {
            var portion = wakes[..Math.Min(MostWakesAtOnce, wakes.Length)];
            wakes = wakes[portion.Length..];
            foreach (ref readonly var wake in portion)
            {
                _hands.Add(_traces.Want(wake.Trace));
            }
            _traces.Load();
            for (var i = 0; i < portion.Length; i++)
            {
                Wake(portion[i], _hands[i]);
            }
            _hands.Clear();
            if (!wakes.IsEmpty)
            {
                CommitWhatIsSaid();
            }
        }
    }

    private void Wake(in Wake wake, TraceState trace)
    {
        Context.Now = wake.Due;
        (Context.Position, Context.SpanIndex, Context.Hop) = (wake.Due, wake.Trace.GetHashCode(), 0);
        _traces.Use(trace);
        if (wake.Entry >= 0 && wake.Entry != trace.WheelHandle)
        {
            _wheel.Cancel(wake.Entry, wake.Trace); // it was recovered, and the trace knows of another, or will
        }
        trace.HasWoken = true;
        _judge.Wake(trace);
    }

    /// <summary>Whether a trace need not be looked at: nothing can come of it but that a deadline is told, and there is no room for that.</summary>
    private bool IsHeld(Wake wake)
    {
        if (!wake.OnlyTells || --_roomForWakes >= 0 || !_wheel.TryHold(wake, Context.Shared.Sight))
        {
            return false;
        }
        Context.Held.Add(wake);
        return true;
    }
}
