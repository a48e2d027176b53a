using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// What a shard does when more handoffs are open than state holds: which of its traces have the oldest, which handoffs these are, and to give
/// them up. <see cref="Rounds"/> asks all shards, so that what goes does not depend on their number.
/// </summary>
internal sealed partial class Shard
{
    private readonly List<TraceAge> _oldest = [];
    private readonly List<OpenHandoff> _open = [];

    /// <summary>Traces whose oldest open handoffs were published first, in their order.</summary>
    public List<TraceAge> Oldest => _oldest;

    /// <summary>Of these, the handoffs that were published first, in their order.</summary>
    public List<OpenHandoff> OldestOpen => _open;

    /// <summary>Whether each of these traces is as old as the wheel said. If not, it is corrected now: others may be older.</summary>
    public bool AgesAreRight { get; private set; }

    /// <summary>Finds the oldest traces.</summary>
    public void FindOldest(int count) => _wheel.FindOldest(count, _oldest);

    /// <summary>Finds the oldest handoffs of the oldest traces. Nothing is changed.</summary>
    public void FindOldestOpen(int count)
    {
        var first = new FirstOf<OpenHandoff>(count, OpenHandoff.InOrder);
        AgesAreRight = true;
        for (var from = 0; from < _oldest.Count && !first.Excludes(new OpenHandoff(_oldest[from].Published, default, default)); from += MostWakesAtOnce)
        {
            var portion = CollectionsMarshal.AsSpan(_oldest).Slice(from, Math.Min(MostWakesAtOnce, _oldest.Count - from));
            Load(portion);
            for (var i = 0; i < portion.Length; i++)
            {
                ref readonly var age = ref portion[i];
                var trace = _traces.Use(_hands[i]);
                AgesAreRight &= _wheel.IsRight(age, trace);
                foreach (ref readonly var handoff in trace.HandoffSpan)
                {
                    if (handoff.OpenState != OpenState.Closed)
                    {
                        first.Add(new OpenHandoff(trace.TraceId, handoff));
                    }
                }
            }
            _hands.Clear();
            foreach (var trace in _traces.InUse)
            {
                _traces.Return(trace, changed: false);
            }
            _traces.InUse.Clear();
            _traces.Trim();
        }
        first.MoveTo(_open);
    }

    /// <summary>Gives up the open handoffs of the oldest traces, up to one. The epoch ends with <see cref="Commit()"/>.</summary>
    public void EvictOpen(OpenHandoff last, long now)
    {
        var traces = CollectionsMarshal.AsSpan(_oldest);
        while (traces.Length > 0 && traces[0].Published <= last.Published)
        {
            var portion = traces[..Math.Min(MostWakesAtOnce, traces.Length)];
            traces = traces[portion.Length..];
            Load(portion);
            foreach (var trace in _hands)
            {
                Context.Now = Math.Max(Context.Now, now);
                (Context.Position, Context.SpanIndex, Context.Hop) = (now, trace.TraceId.GetHashCode(), 0);
                _join.EvictOpen(_traces.Use(trace), last);
            }
            _hands.Clear();
            CommitWhatIsSaid();
        }
    }

    private void Load(ReadOnlySpan<TraceAge> traces)
    {
        foreach (ref readonly var age in traces)
        {
            _hands.Add(_traces.Want(age.Trace));
        }
        _traces.Load();
    }
}

/// <summary>An open handoff, in the order in which they are given up: by when they were published, then by their ids.</summary>
/// <param name="Published">End of the producing span, Unix nanoseconds.</param>
/// <param name="Trace">Its trace.</param>
/// <param name="Span">The producing span.</param>
internal readonly record struct OpenHandoff(long Published, TraceId Trace, SpanId Span)
{
    public static readonly Comparer<OpenHandoff> InOrder = Comparer<OpenHandoff>.Create(static (a, b) =>
        new Wake(a.Published, a.Trace).CompareTo(new Wake(b.Published, b.Trace)) is not 0 and var byTrace ? byTrace : a.Span.Value.CompareTo(b.Span.Value));

    public OpenHandoff(TraceId trace, in Handoff handoff)
        : this(handoff.Published.End, trace, handoff.SpanId)
    {
    }
}
