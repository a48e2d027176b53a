using System.Buffers;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.State;

namespace Baton.Processor.Watch;

/// <summary>
/// Leg 2: follows the journal, entry by entry, and lets the engine judge. 1. the last checkpoint is loaded and the journal after it replayed;
/// 2. the start is noted in the journal; 3. live: what arrives is applied, what is concluded goes into the journal, and comes back from there.
/// One logical thread: nothing else touches the engine or the stores.
/// </summary>
internal sealed class WatchLeg(
    Journal.Journal journal, StateDirectory state, Engine engine, WatchSettings settings, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>The name under which the journal keeps what the last checkpoint does not cover.</summary>
    public const string Cursor = "watch";

    // One read of the disk; also about what is applied between two looks at the clock.
    private const int MaxReadBytes = 1 << 20;

    /// <summary>Behind by more than this, nothing is told: what would prove it wrong may already stand in the journal.</summary>
    private static readonly TimeSpan LagAllowed = TimeSpan.FromSeconds(1);

    private readonly JournalReader _reader = journal.OpenReader(state.ReplayFrom ?? journal.Head);
    private readonly ArrayBufferWriter<byte> _tables = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<bool> _checkpoint = Task.FromResult(true);
    private Task<JournalBlock?>? _pendingRead;
    private bool _inGroup;
    private long _lastArrival;
    private long _lastLook;
    private long _nextCheckpoint;
    private long _lagNanos;
    private long _startNotedAt;

    /// <summary>Why Baton does not take data: null once the past is replayed and the receivers are open.</summary>
    public string? WhyNotReady { get; private set; } = "the journal is being replayed";

    /// <summary>Ends when the past is replayed and the start is noted: what arrives from then on is judged as new.</summary>
    public Task Started => _started.Task;

    /// <summary>By how much it is behind the journal's tail, in seconds.</summary>
    public double LagSeconds => Interlocked.Read(ref _lagNanos) / 1e9;

    /// <summary>True while it is so far behind that nothing is told.</summary>
    public bool IsBehind => Interlocked.Read(ref _lagNanos) > LagAllowed.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Called on the leg's own thread, between epochs, about once a second: the engine may be asked.</summary>
    public Action<Engine> Observed { get; set; } = _ => { };

    /// <summary>Runs until told to stop, then takes a last checkpoint.</summary>
    /// <param name="stop">Asks for the stop. Whatever the engine has concluded by then is in the journal when the task ends.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        journal.Retain(Cursor, state.RetainFrom ?? journal.Head);
        await RecoverAsync(stop);
        await NoteStartAsync(stop);
        WhyNotReady = "the receivers are not open yet";
        _started.SetResult();
        var nextObservation = 0L;
        while (!stop.IsCancellationRequested)
        {
            await ReadAsync(stop);
            await AppendOwnAsync(stop);
            await LookAtClockAsync(stop);
            await AppendOwnAsync(stop);
            await CheckpointIfDueAsync();
            if (_lastLook >= nextObservation)
            {
                Observed(engine);
                nextObservation = _lastLook + settings.ObservationInterval.Ticks * TimeSpan.NanosecondsPerTick;
            }
        }
        await StopAsync();
    }

    /// <summary>The receivers are open.</summary>
    public void Open() => WhyNotReady = null;

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private async Task RecoverAsync(CancellationToken stop)
    {
        engine.Replaying = true;
        engine.Recover(state.Tables.Span);
        var (tail, now) = journal.Observe();
        var from = _reader.Position;
        while (_reader.Position < tail && await _reader.ReadAsync(MaxReadBytes, stop) is { } block)
        {
            using (block)
            {
                Apply(block);
            }
        }
        engine.EndEpoch();
        _inGroup = false;
        engine.EndReplay(now);
        _lastLook = now;
        ScheduleCheckpoint(now);
        if (tail > from)
        {
            logger.LogInformation("Replayed {Bytes} bytes of journal; {Traces} traces are being watched.", tail - from, engine.Traces);
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        _pendingRead ??= _reader.ReadAsync(MaxReadBytes, stop).AsTask();
        try
        {
            if (!_pendingRead.IsCompleted)
            {
                await Task.WhenAny(_pendingRead, Task.Delay(settings.TickInterval, time, stop));
            }
            if (!_pendingRead.IsCompleted)
            {
                return;
            }
            using var block = await _pendingRead;
            _pendingRead = null;
            if (block is not null)
            {
                Apply(block);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The loop ends.
        }
    }

    private void Apply(JournalBlock block)
    {
        for (var i = 0; i < block.Count; i++)
        {
            var entry = block[i];
            engine.Apply(entry.Position, entry.ArrivalUnixNanos, entry.Events.Span);
            _lastArrival = entry.ArrivalUnixNanos;
            _inGroup = !entry.EndOfGroup;
            if (entry.EndOfGroup)
            {
                engine.EndEpoch();
            }
        }
    }

    /// <summary>Tells what is due, unless the leg is behind; a long pause since the last look counts as a start.</summary>
    private async Task LookAtClockAsync(CancellationToken stop)
    {
        var (tail, now) = journal.Observe();
        var behind = _reader.Position < tail;
        Interlocked.Exchange(ref _lagNanos, behind ? Math.Max(0, now - _lastArrival) : 0);
        var suspended = now - _lastLook > settings.BlindAfter.Ticks * TimeSpan.NanosecondsPerTick;
        _lastLook = now;
        if (suspended)
        {
            logger.LogWarning("Nothing was looked at for longer than blind_after: the machine was suspended or overloaded. What waits is held back for `settle`.");
            await NoteStartAsync(stop);
        }
        else if (_inGroup || _reader.Position <= _startNotedAt)
        {
            return;
        }
        else if (!behind)
        {
            engine.Tick(now);
        }
        else if (now - _lastArrival < LagAllowed.Ticks * TimeSpan.NanosecondsPerTick)
        {
            engine.Tick(_lastArrival);
        }
    }

    /// <summary>Notes a start in the journal. Until the note is read back like any other entry, nothing is told.</summary>
    private async Task NoteStartAsync(CancellationToken stop)
    {
        using var facts = new EventWriter();
        engine.WriteStart(facts);
        _startNotedAt = await AppendAsync(facts.Written, ReadOnlyMemory<byte>.Empty, 0, stop);
    }

    private async Task AppendOwnAsync(CancellationToken stop)
    {
        while (engine.TryTakeOwn(out var own))
        {
            await AppendAsync(own.Events, own.Payload, own.SpanCount, stop);
        }
    }

    /// <summary>
    /// A verdict is never dropped for want of room: the leg waits until there is some. Meanwhile it goes on taking checkpoints,
    /// since it may be its own hold on the journal that keeps it full.
    /// </summary>
    private async Task<long> AppendAsync(ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spans, CancellationToken stop)
    {
        var told = false;
        while (true)
        {
            var result = await journal.AppendAsync(EntryKind.Own, PayloadEncoding.Identity, events, payload, spans);
            if (result.Status is AppendStatus.Stored or AppendStatus.Closed || stop.IsCancellationRequested)
            {
                return result.Position;
            }
            if (!told)
            {
                logger.LogError("The journal does not take Baton's own entries ({Status}): verdicts wait. Look at the space on its disk, and at journal.max_size.", result.Status);
                told = true;
            }
            await Task.Delay(settings.RetryInterval, time, CancellationToken.None);
            _lastLook = journal.Observe().NowUnixNanos;
            await CheckpointIfDueAsync();
        }
    }

    private async Task CheckpointIfDueAsync()
    {
        if (_lastLook < _nextCheckpoint || _inGroup || !_checkpoint.IsCompleted)
        {
            return;
        }
        await FinishCheckpointAsync();
        BeginCheckpoint();
        ScheduleCheckpoint(_lastLook);
    }

    private void BeginCheckpoint()
    {
        _tables.ResetWrittenCount();
        engine.WriteTables(_tables);
        _checkpoint = state.CheckpointAsync(_reader.Position, _tables.WrittenMemory);
    }

    private async Task FinishCheckpointAsync()
    {
        if (await _checkpoint && state.RetainFrom is { } position)
        {
            journal.Retain(Cursor, position);
        }
    }

    private void ScheduleCheckpoint(long now) => _nextCheckpoint = now + settings.CheckpointInterval.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>What the journal holds is applied, what follows from it is written, and all of it is saved: the next start has nothing to replay.</summary>
    private async Task StopAsync()
    {
        WhyNotReady = "Baton is stopping";
        while (_reader.TryRead(MaxReadBytes, out var block))
        {
            using (block)
            {
                Apply(block);
            }
            await AppendOwnAsync(CancellationToken.None);
        }
        await FinishCheckpointAsync();
        if (!_inGroup)
        {
            BeginCheckpoint();
            await FinishCheckpointAsync();
        }
        logger.LogInformation("Stopped watching; {Traces} traces are saved.", engine.Traces);
    }
}
