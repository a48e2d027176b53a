using System.Collections.Concurrent;
using Baton.Processor.Journal;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// The files of one shard's log, as a device of FASTER's. It differs from FASTER's own in four ways. It removes no file when FASTER truncates, because the last durable checkpoint
/// may still need it: <see cref="RemoveBefore"/> does, on order. It syncs when a checkpoint asks, not on every write. A write that fails is tried again until it succeeds: FASTER would wait for
/// ever for a page that could not be written (a full disk), and so goes on when there is space again. A read that fails for good is <see cref="Fault"/>: FASTER would take what
/// happens to be in the buffer for a record.
/// </summary>
/// <remarks>
/// Reads and writes run on the thread pool, so that the shard waits for the disk only when memory is exhausted or a record is not in it. Writes run one after the other: a checkpoint asks for hundreds of
/// them at once, the kernel lets one at a time into a file, and the others would spin at its door on threads that the requests need.
/// </remarks>
internal sealed class StateLogDevice : StorageDeviceBase, IThreadPoolWorkItem
{
    private const uint Sector = 512;
    private const int ReadAttempts = 3;
    private const uint Failed = 1;
    private static readonly TimeSpan WriteAgainAfter = TimeSpan.FromMilliseconds(200);

    private readonly LogSegments _segments;
    private readonly ConcurrentQueue<Request> _writes = new();
    private readonly ConcurrentQueue<Request> _again = new();
    private readonly ITimer _againTimer;
    private readonly ILogger _logger;
    private readonly string _prefix;
    private int _underWay;
    private int _writing;
    private volatile bool _stopping;
    private volatile bool _stalled;
    private volatile Exception? _fault;

    /// <param name="disk">Where the files are.</param>
    /// <param name="prefix">Path and beginning of the name of each file; its number follows.</param>
    /// <param name="time">For the pause between two attempts to write.</param>
    /// <param name="logger">Is told of stalls.</param>
    public StateLogDevice(IDisk disk, string prefix, TimeProvider time, ILogger logger)
        : base(prefix, Sector, Devices.CAPACITY_UNSPECIFIED)
    {
        _segments = new LogSegments(disk, prefix);
        _prefix = prefix;
        _againTimer = time.CreateTimer(_ => WriteAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _logger = logger;
        ThrottleLimit = 128;
    }

    /// <summary>What makes the store unusable from here on; null while all is well.</summary>
    public Exception? Fault => _fault;

    /// <summary>True while a write fails and is being repeated.</summary>
    public bool IsStalled => _stalled;

    /// <summary>While a checkpoint is being recovered: a read that fails is FASTER's to report, because another checkpoint can be tried.</summary>
    public bool Recovering { get; set; }

    /// <summary>Bytes of all files.</summary>
    public long Bytes => _segments.Bytes;

    /// <summary>Makes all writes that were completed before survive a loss of power. A failure is a <see cref="Fault"/>: what the system could not bring to the disk it may have forgotten.</summary>
    public void Sync()
    {
        try
        {
            _segments.Sync();
        }
        catch (IOException e)
        {
            _fault = new IOException($"The state's log {_prefix}* could not be synced: {e.Message} What was written may be lost; the last complete checkpoint is not affected.", e);
            throw _fault;
        }
    }

    /// <summary>Removes the files that lie wholly before an address. Nothing may read there any more, in no checkpoint that is kept.</summary>
    public void RemoveBefore(long address) => _segments.RemoveBefore((int)(address >> StoreSizing.SegmentBits));

    /// <summary>Ends all reading and writing, and waits for what is under way: afterwards FASTER's memory is not touched.</summary>
    public void Stop()
    {
        _stopping = true;
        WriteAgain();
        SpinWait.SpinUntil(() => Volatile.Read(ref _underWay) == 0);
    }

    /// <inheritdoc/>
    public override bool Throttle() => Volatile.Read(ref _underWay) > ThrottleLimit;

    /// <inheritdoc/>
    public override void WriteAsync(nint sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        Interlocked.Increment(ref _underWay);
        QueueWrite(new Request(this, sourceAddress, segmentId, (long)destinationAddress, (int)numBytesToWrite, callback, context));
    }

    /// <inheritdoc/>
    public override void ReadAsync(int segmentId, ulong sourceAddress, nint destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        Interlocked.Increment(ref _underWay);
        ThreadPool.UnsafeQueueUserWorkItem(new Request(this, destinationAddress, segmentId, (long)sourceAddress, (int)readLength, callback, context), preferLocal: false);
    }

    /// <inheritdoc/>
    public override void TruncateUntilAddress(long toAddress)
    {
    }

    /// <inheritdoc/>
    public override void TruncateUntilAddressAsync(long toAddress, AsyncCallback callback, IAsyncResult result) => callback(result);

    /// <inheritdoc/>
    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _againTimer.Dispose();
        _segments.Dispose();
    }

    /// <summary>Writes what is queued, until nothing is. At most one thread is here.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            while (_writes.TryDequeue(out var request))
            {
                if (_stopping) Done();
                else Write(request);
            }
            Interlocked.Exchange(ref _writing, 0);
        }
        while (!_writes.IsEmpty && Interlocked.Exchange(ref _writing, 1) == 0); // one came after the last look, and found somebody writing
    }

    private void QueueWrite(Request request)
    {
        _writes.Enqueue(request);
        if (Interlocked.Exchange(ref _writing, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Done() => Interlocked.Decrement(ref _underWay);

    private void Write(Request request)
    {
        try
        {
            _segments.Open(request.Segment, create: true)!.Write([new UnmanagedBytes(request.Address, request.Length).Memory], request.Offset);
            _segments.Written(request.Segment);
        }
        catch (IOException e)
        {
            if (!_stalled)
            {
                _stalled = true;
                _logger.LogError("The state's log {File} cannot be written, and will be tried again until it can: {Error} Free space on its disk, or look at the disk.", _prefix, e.Message);
            }
            _again.Enqueue(request);
            if (_stopping) WriteAgain();
            else _againTimer.Change(WriteAgainAfter, Timeout.InfiniteTimeSpan);
            return;
        }
        if (_stalled)
        {
            _stalled = false;
            _logger.LogInformation("The state's log {File} can be written again.", _prefix);
        }
        request.Callback(0, (uint)request.Length, request.Context);
        Done();
    }

    private void WriteAgain()
    {
        while (_again.TryDequeue(out var request)) QueueWrite(request);
    }

    private void Read(Request request)
    {
        var error = "";
        for (var attempt = 0; attempt < ReadAttempts; attempt++)
        {
            try
            {
                var read = _segments.Open(request.Segment, create: false)?.Read(UnmanagedBytes.At(request.Address, request.Length), request.Offset) ?? 0;
                if (read == request.Length)
                {
                    request.Callback(0, (uint)read, request.Context);
                    Done();
                    return;
                }
                error = $"{read} of {request.Length} bytes are there";
            }
            catch (IOException e)
            {
                error = e.Message;
            }
        }
        if (Recovering) request.Callback(Failed, 0, request.Context);
        else _fault ??= new IOException($"The state's log {_prefix}{request.Segment} cannot be read at {request.Offset}: {error}. A restart recovers from the last checkpoint and the journal.");
        Done();
    }

    /// <summary>A read or a write that FASTER waits for. As a work item it is a read.</summary>
    private sealed record Request(StateLogDevice Device, nint Address, int Segment, long Offset, int Length, DeviceIOCompletionCallback Callback, object Context) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (Device._stopping) Device.Done();
            else Device.Read(this);
        }
    }
}
