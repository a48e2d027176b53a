using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Baton.Processor.Journal;

/// <summary>
/// An append from its call to its outcome, pooled. It belongs to the caller's task until the result is taken, then to the pool; the leader must not touch it after completing it.
/// </summary>
internal sealed class PendingAppend : IValueTaskSource<AppendResult>
{
    private const int MaxPooled = 4096;
    private static readonly ConcurrentQueue<PendingAppend> Pool = new();

    // A caller's continuation must not run on the leader, who has others to complete.
    private ManualResetValueTaskSourceCore<AppendResult> _core = new() { RunContinuationsAsynchronously = true };

    public EntryKind Kind { get; private set; }

    public PayloadEncoding Encoding { get; private set; }

    public ReadOnlyMemory<byte> Events { get; private set; }

    public ReadOnlyMemory<byte> Payload { get; private set; }

    public int SpanCount { get; private set; }

    /// <summary>Checksum of the events and the payload, taken on the caller's thread: the leader is everybody's.</summary>
    public uint BodyChecksum { get; private set; }

    /// <summary>True for the request to close: it holds no entry, and appends behind it are refused.</summary>
    public bool IsClose { get; private set; }

    /// <summary>The position of the frame, while the group it is in is written.</summary>
    public long Position { get; set; }

    public long FrameLength => FrameHeader.Size + (long)Events.Length + Payload.Length;

    public ValueTask<AppendResult> Task => new(this, _core.Version);

    /// <summary>Meaningful only while the task has not been handed out.</summary>
    public bool IsCompleted => _core.GetStatus(_core.Version) != ValueTaskSourceStatus.Pending;

    public static PendingAppend Rent(EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spanCount)
    {
        if (!Pool.TryDequeue(out var append)) append = new PendingAppend();
        append.Kind = kind;
        append.Encoding = encoding;
        append.Events = events;
        append.Payload = payload;
        append.SpanCount = spanCount;
        append.BodyChecksum = Crc32C.Append(Crc32C.Of(events.Span), payload.Span);
        return append;
    }

    public static PendingAppend Close() => new() { IsClose = true };

    public void Complete(AppendStatus status) => _core.SetResult(new AppendResult(status, status == AppendStatus.Stored ? Position : -1));

    AppendResult IValueTaskSource<AppendResult>.GetResult(short token)
    {
        var result = _core.GetResult(token);
        _core.Reset();
        Events = Payload = default;
        if (!IsClose && Pool.Count < MaxPooled) Pool.Enqueue(this);
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<AppendResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<AppendResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
