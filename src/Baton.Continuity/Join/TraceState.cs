using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// What is known of one trace, unpacked. Owned by its shard (<see cref="LoadedTraces"/>), reused for trace after trace.
/// Lists are short (bounded by `limits`), so that a look-up is a walk.
/// </summary>
internal sealed class TraceState
{
    public readonly List<Handoff> Handoffs = new(1); // most traces have one, and thousands of traces lie in memory
    public readonly List<Alias> Aliases = [];
    public readonly List<Tie> Ties = [];
    public readonly List<Pending> Pendings = [];

    /// <summary>Stitches that are owed.</summary>
    public readonly List<Stitch> Stitches = [];

    /// <summary>Of publications of several jobs: those that have completed.</summary>
    public readonly List<CountedJob> CountedJobs = [];

    /// <summary>Of a job id's state: the handoffs that were published with it.</summary>
    public readonly List<Candidate> Candidates = [];

    /// <summary>What it is counted for in backlogs.</summary>
    public readonly BacklogShare Backlog = new();

    private byte[] _bytes = new byte[64];
    private int _byteCount;

    public TraceId TraceId { get; private set; }

    /// <summary>Where the wheel keeps this trace's next wake-up; checked there, as it may be from before a restart.</summary>
    public int WheelHandle { get; set; }

    /// <summary>In the running epoch.</summary>
    public bool Changed { get; set; }

    /// <summary>Belongs to who keeps this trace in memory.</summary>
    public Residence Residence;

    /// <summary>What it takes of memory, about.</summary>
    public int MemoryBytes =>
        200 + _bytes.Length + Handoffs.Capacity * Unsafe.SizeOf<Handoff>() + Aliases.Capacity * Unsafe.SizeOf<Alias>()
        + Ties.Capacity * Unsafe.SizeOf<Tie>() + Pendings.Capacity * Unsafe.SizeOf<Pending>()
        + Stitches.Capacity * Unsafe.SizeOf<Stitch>() + CountedJobs.Capacity * Unsafe.SizeOf<CountedJob>() + Candidates.Capacity * Unsafe.SizeOf<Candidate>();

    public bool IsEmpty => Handoffs.Count + Aliases.Count + Ties.Count + Pendings.Count + Stitches.Count + Candidates.Count == 0;

    public Span<Handoff> HandoffSpan => CollectionsMarshal.AsSpan(Handoffs);

    public Span<Pending> PendingSpan => CollectionsMarshal.AsSpan(Pendings);

    public void Reset(TraceId traceId)
    {
        TraceId = traceId;
        WheelHandle = -1;
        Changed = false;
        Handoffs.Clear();
        Aliases.Clear();
        Ties.Clear();
        Pendings.Clear();
        Stitches.Clear();
        CountedJobs.Clear();
        Candidates.Clear();
        Backlog.Clear();
        _byteCount = 0;
    }

    /// <summary>Keeps bytes with the trace until what refers to them is forgotten.</summary>
    public ByteRange Keep(ReadOnlySpan<byte> bytes)
    {
        if (_byteCount + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _byteCount + bytes.Length));
        }
        bytes.CopyTo(_bytes.AsSpan(_byteCount));
        _byteCount += bytes.Length;
        return new ByteRange(_byteCount - bytes.Length, bytes.Length);
    }

    public ReadOnlySpan<byte> Bytes(ByteRange range) => _bytes.AsSpan(range.Offset, range.Length);

    public Span<byte> MutableBytes(ByteRange range) => _bytes.AsSpan(range.Offset, range.Length);

    public SpanEvent RecordOf(in Pending pending) => new(_bytes.AsSpan(pending.Offset, pending.Length));

    public int FindHandoff(SpanId spanId)
    {
        var handoffs = HandoffSpan;
        for (var i = 0; i < handoffs.Length; i++)
        {
            if (handoffs[i].SpanId == spanId)
            {
                return i;
            }
        }
        return -1;
    }

    public int FindAlias(SpanId spanId) => Aliases.FindIndex(new SpanMatch(spanId).Alias);

    /// <summary>The handoff that a context means: the producing span itself or an outer span of the same publication.</summary>
    public int Resolve(SpanId context)
    {
        var handoff = FindHandoff(context);
        if (handoff >= 0 || Aliases.Count == 0)
        {
            return handoff;
        }
        var alias = FindAlias(context);
        return alias < 0 ? -1 : FindHandoff(Aliases[alias].Handoff);
    }

    /// <summary>The next tie of a consumer-side span, from an index on; -1 if there is none.</summary>
    public int FindTie(SpanId consumer, int from = 0)
    {
        var ties = CollectionsMarshal.AsSpan(Ties);
        for (var i = from; i < ties.Length; i++)
        {
            if (ties[i].Consumer == consumer)
            {
                return i;
            }
        }
        return -1;
    }

    public bool IsTied(SpanId consumer, SpanId handoff, TraceId handoffTrace)
    {
        foreach (ref readonly var tie in CollectionsMarshal.AsSpan(Ties))
        {
            if (tie.Consumer == consumer && tie.Handoff == handoff && tie.HandoffTrace == handoffTrace)
            {
                return true;
            }
        }
        return false;
    }

    public int FindPending(SpanId spanId, SpanId target)
    {
        var pendings = PendingSpan;
        for (var i = 0; i < pendings.Length; i++)
        {
            if (pendings[i].SpanId == spanId && pendings[i].Target == target)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Forgets a handoff, and with it its aliases and the ties of this trace to it.</summary>
    public void Forget(int handoff)
    {
        var match = new SpanMatch(Handoffs[handoff].SpanId);
        Handoffs.RemoveAt(handoff);
        Aliases.RemoveAll(match.AliasOf);
        Ties.RemoveAll(match.TieTo);
        Stitches.RemoveAll(match.StitchOf);
        CountedJobs.RemoveAll(match.JobOf);
        Changed = true;
    }

    private sealed class SpanMatch(SpanId spanId)
    {
        public bool Alias(Alias alias) => alias.SpanId == spanId;

        public bool AliasOf(Alias alias) => alias.Handoff == spanId;

        public bool JobOf(CountedJob job) => job.Handoff == spanId;

        public bool StitchOf(Stitch stitch) => stitch.Handoff == spanId;

        public bool TieTo(Tie tie) => tie.Handoff == spanId && tie.HandoffTrace.IsZero;
    }
}
