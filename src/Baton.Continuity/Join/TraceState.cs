using System.Runtime.CompilerServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// What is known of one trace, unpacked. Owned by its shard (<see cref="LoadedTraces"/>), reused for trace after trace.
/// TraceState.Find.cs and TraceState.FindWaiting.cs: how its parts are found. TraceState.Remove.cs: how they are forgotten.
/// </summary>
internal sealed partial class TraceState
{
    public PartList<Handoff> Handoffs;
    public PartList<Alias> Aliases;
    public PartList<Tie> Ties;
    public PartList<Sending> Sends;
    public PartList<Pending> Pendings;
    public PartList<Heard> Heard;

    /// <summary>Stitches that are owed.</summary>
    public PartList<Stitch> Stitches;

    /// <summary>Of publications of several jobs: those that have completed.</summary>
    public PartList<CountedJob> CountedJobs;

    /// <summary>Of a job id's state: the handoffs that were published with it.</summary>
    public PartList<Candidate> Candidates;

    /// <summary>What it is counted for in backlogs.</summary>
    public BacklogShare Backlog = new();

    /// <summary>Handoffs of which the observer is to be told when the epoch ends; never stored.</summary>
    public PartList<SpanId> News;

    private byte[] _bytes = new byte[64];
    private int _byteCount;
    private int _bytesWhenPacked;

    public TraceId TraceId { get; private set; }

    /// <summary>Where the wheel keeps this trace's next wake-up, over restarts too; -1 for nowhere.</summary>
    public int WheelHandle { get; set; }

    /// <summary>In the running epoch.</summary>
    public bool Changed { get; set; }

    /// <summary>In the running epoch it was looked at because it was due.</summary>
    public bool HasWoken { get; set; }

    /// <summary>Too much to be walked through whenever a span arrives.</summary>
    public bool IsLarge => Handoffs.Count + Ties.Count + Pendings.Count > 64;

    /// <summary>Belongs to who keeps this trace in memory.</summary>
    public Residence Residence;

    /// <summary>What it takes of memory, about.</summary>
    public int MemoryBytes =>
        200 + _bytes.Length + Handoffs.Capacity * Unsafe.SizeOf<Handoff>() + Aliases.Capacity * Unsafe.SizeOf<Alias>()
        + Ties.Capacity * Unsafe.SizeOf<Tie>() + Pendings.Capacity * Unsafe.SizeOf<Pending>()
        + Stitches.Capacity * Unsafe.SizeOf<Stitch>() + CountedJobs.Capacity * Unsafe.SizeOf<CountedJob>() + Candidates.Capacity * Unsafe.SizeOf<Candidate>()
        + Heard.Capacity * Unsafe.SizeOf<Heard>() + Sends.Capacity * Unsafe.SizeOf<Sending>() + (_index?.MemoryBytes ?? 0);

    public bool IsEmpty =>
        Handoffs.Count + Aliases.Count + Ties.Count + Pendings.Count + Stitches.Count + Candidates.Count + Heard.Count == 0;

    public Span<Handoff> HandoffSpan => Handoffs.Span;

    public Span<Pending> PendingSpan => Pendings.Span;

    public void Reset(TraceId traceId)
    {
        TraceId = traceId;
        WheelHandle = -1;
        Changed = false;
        HasWoken = false;
        Handoffs.Clear();
        Aliases.Clear();
        Ties.Clear();
        Sends.Clear();
        Pendings.Clear();
        Stitches.Clear();
        CountedJobs.Clear();
        Candidates.Clear();
        Backlog.Clear();
        News.Clear();
        _index = null;
        Heard.Clear();
        _byteCount = 0;
        _bytesWhenPacked = 0;
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

    /// <summary>True if most of the kept bytes may belong to what is forgotten: packing the trace and unpacking it again lets go of them.</summary>
    public bool IsLoose => _byteCount > 1024 && _byteCount / 2 > _bytesWhenPacked;

    /// <summary>All kept bytes are needed now.</summary>
    public void SetPacked() => _bytesWhenPacked = _byteCount;

    public ReadOnlySpan<byte> Bytes(ByteRange range) => _bytes.AsSpan(range.Offset, range.Length);

    public Span<byte> MutableBytes(ByteRange range) => _bytes.AsSpan(range.Offset, range.Length);

    public SpanEvent RecordOf(in Pending pending) => new(_bytes.AsSpan(pending.Offset, pending.Length));
}
