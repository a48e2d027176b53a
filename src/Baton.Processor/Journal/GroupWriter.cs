using System.Collections.Concurrent;

namespace Baton.Processor.Journal;

/// <summary>
/// Group commit without a thread of its own. An appender that finds nobody writing becomes the leader and writes what is queued, its own entry and others', as one group;
/// the rest only queue and are completed by it. An append to an idle journal therefore waits for nothing and changes no thread. Where entries come side by side, the leader does not write at once but
/// queues itself behind the requests that the thread pool has before it: they append meanwhile, and one group takes them all. So groups grow with the load, without a timer, and with them everything
/// that is paid by the group: the write, an epoch of the watch leg, a wake-up and a request of each exporter, the senders' acknowledgements.
/// </summary>
/// <remarks>Measured against a thread of its own on two busy cores: 1.7 µs of CPU for a lone small append instead of 14, and for synced ones 0.13 ms instead of 0.3 to 0.8; the same under load.</remarks>
internal sealed class GroupWriter(JournalOptions options, SegmentAppender appender, JournalTail tail, Retention retention, WriteLog log, FreeSpace space, ReaderSet readers) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<PendingAppend> _queue = new();
    private readonly List<PendingAppend> _group = [];
    private readonly GroupLayout _layout = new(options.Buffers);

    // What was taken from the queue and did not fit the group. Only the leader's.
    private PendingAppend? _held;
    private bool _closed;
    private int _leading;

    // The last group had several entries: the next one shall have, too.
    private bool _crowded;

    /// <summary>Queues an append and writes it, unless another thread is writing.</summary>
    public ValueTask<AppendResult> AppendAsync(PendingAppend append)
    {
        // Taken first: the leader may complete the append, but only the taker of its result recycles it.
        var task = append.Task;
        _queue.Enqueue(append);
        if (Interlocked.CompareExchange(ref _leading, 1, 0) != 0) return task;
        if (_crowded) Defer();
        else Lead(append);
        return task;
    }

    void IThreadPoolWorkItem.Execute() => Lead(null);

    private void Defer() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private void Lead(PendingAppend? own)
    {
        while (true)
        {
            while (WriteGroup())
            {
                if (own is { IsCompleted: false }) continue;
                if (_held is null && _queue.IsEmpty) break;
                Defer();
                return;
            }
            // Who queued after the last look and before this line saw a leader: look again.
            Interlocked.Exchange(ref _leading, 0);
            if (_queue.IsEmpty || Interlocked.CompareExchange(ref _leading, 1, 0) != 0) return;
        }
    }

    /// <summary>Takes, writes and completes one group; false when nothing is queued.</summary>
    private bool WriteGroup()
    {
        if (!TakeGroup(out var bytes)) return false;
        if (_group.Count == 0) return true;
        var arrival = tail.BeginGroup();
        var status = Write(bytes, arrival);
        if (status == AppendStatus.Stored)
        {
            using var block = readers.AnyFollows ? _layout.ToBlock() : null;
            tail.EndGroup(tail.Position + bytes, readers, block);
            readers.Wake();
        }
        else
        {
            tail.FailGroup();
        }
        _layout.Release();
        _crowded = _group.Count > 1;
        foreach (var append in _group) append.Complete(status);
        _group.Clear();
        return true;
    }

    private AppendStatus Write(long bytes, long arrival)
    {
        try
        {
            var buffers = _layout.Lay(_group, bytes, tail.Position, appender.NextSequence, arrival);
            appender.Write(buffers, bytes, _group.Count, arrival);
            log.Succeeded();
            return AppendStatus.Stored;
        }
        catch (Exception e)
        {
            // Of whatever type: a leader that died would leave everybody waiting for ever.
            return log.Failed(e);
        }
    }

    private bool TakeGroup(out long bytes)
    {
        bytes = 0;
        var any = false;
        var limit = Math.Min(options.MaxGroupBytes, options.EffectiveSegmentSize);
        while (Take(out var append))
        {
            any = true;
            // What is before the close must be written before the close completes.
            if (append.IsClose && _group.Count > 0)
            {
                _held = append;
                break;
            }
            _closed |= append.IsClose;
            if (_closed) append.Complete(AppendStatus.Closed);
            else if (_group.Count > 0 && bytes + append.FrameLength > limit)
            {
                _held = append;
                break;
            }
            else if (!HasSpaceFor(append.Kind, bytes + append.FrameLength) || append.Kind != EntryKind.Own && !space.HasRoomFor(append.FrameLength)) append.Complete(AppendStatus.Full);
            else
            {
                _group.Add(append);
                bytes += append.FrameLength;
            }
        }
        return any;
    }

    private bool Take(out PendingAppend append)
    {
        if (_held is null) return _queue.TryDequeue(out append!);
        append = _held;
        _held = null;
        return true;
    }

    private bool HasSpaceFor(EntryKind kind, long bytes)
    {
        var limit = options.MaxSizeBytes - (kind == EntryKind.Own ? 0 : options.EffectiveOwnReserve) - SegmentHeader.Size;
        if (appender.SizeBytes + bytes <= limit) return true;
        retention.Reclaim();
        if (appender.SizeBytes + bytes <= limit) return true;
        // Everybody has read everything, and only the segment being written to is left: begin another, so that it can go.
        if (_group.Count > 0 || !appender.CanRoll || !retention.AllPassed(tail.Position) || !TryRoll()) return false;
        retention.Reclaim();
        return appender.SizeBytes + bytes <= limit;
    }

    private bool TryRoll()
    {
        try
        {
            appender.Roll(tail.Observe().NowUnixNanos);
            return true;
        }
        catch (IOException e)
        {
            log.Failed(e);
            return false;
        }
    }
}
