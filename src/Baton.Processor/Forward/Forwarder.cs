using Baton.Processor.Journal;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Forward;

/// <summary>
/// Leg 1 for one exporter: reads the journal from its own cursor, merges what has piled up, keeps several requests on their way, and moves the cursor over what is done, without a gap. After
/// a crash everything behind the cursor is sent again: at least once. It shares nothing with other exporters but the journal, so a slow one delays nobody else.
/// </summary>
/// <remarks>
/// There is no timer: what is there when a slot is free is sent at once, and requests become larger by themselves as soon as the destination is the slower one.
/// Memory is bounded by the requests on their way plus one being put together, each of at most the batch size (or one larger entry) and the blocks it touches.
/// </remarks>
internal sealed class Forwarder : IDisposable
{
    // As much as one read of the disk is worth; the blocks that a request touches are held until it is done.
    private const int MaxReadBytes = 1 << 20;
    private const long NanosPerMillisecond = 1_000_000;

    private readonly Journal.Journal _journal;
    private readonly JournalCursor _cursor;
    private readonly JournalReader _reader;
    private readonly PipelineMetrics _metrics;
    private readonly DeliveryReport _report;
    private readonly Delivery _delivery;
    private readonly SendQueue _queue;
    private readonly ForwarderSettings _settings;
    private readonly SendWindow _window;
    private readonly Lock _settling = new();
    private readonly AcknowledgedPrefix _prefix;
    private readonly CancellationTokenSource _broken = new();
    private TaskCompletionSource _advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;

    /// <summary>Opens the exporter's cursor; nothing is read yet.</summary>
    public Forwarder(ForwarderSettings settings, IExporter exporter, Journal.Journal journal, PipelineMetrics metrics, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _journal = journal;
        _cursor = journal.OpenCursor(settings.Exporter);
        _reader = journal.OpenReader(_cursor.Position);
        _prefix = new AcknowledgedPrefix(_cursor.Position);
        _metrics = metrics;
        _queue = new SendQueue(settings.MaxRequestBytes);
        _window = new SendWindow(settings.MaxInFlight, settings.MaxInFlightBytes);
        _report = new DeliveryReport(settings.Exporter, metrics, logger);
        _delivery = new Delivery(exporter, settings.Retry, _report, time, settings.Jitter);
    }

    /// <summary>The exporter's name in the configuration.</summary>
    public string Exporter => _settings.Exporter;

    /// <summary>Everything before it has been delivered or given up.</summary>
    public long Position
    {
        get
        {
            lock (_settling) return _prefix.Position;
        }
    }

    /// <summary>Journal bytes that are not delivered yet.</summary>
    public long QueueBytes => Math.Max(0, _journal.Tail - Position);

    /// <summary>When the oldest entry that is not delivered arrived, Unix nanoseconds; null when nothing waits.</summary>
    public long? OldestArrivalUnixNanos
    {
        get
        {
            lock (_settling) return _prefix.OldestArrivalUnixNanos;
        }
    }

    /// <summary>Forwards until told to stop, or until the journal closes; then waits for the calls under way, and leaves the rest in the journal.</summary>
    /// <param name="stopping">Ends reading and retrying.</param>
    /// <param name="abort">Ends the calls under way too.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, abort, _broken.Token);
        try
        {
            await ForwardAsync(stop.Token, abort);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        await _window.WaitUntilEmptyAsync();
        _queue.Clear();
        if (_fault is { } fault) throw new InvalidOperationException($"Exporter {Exporter} has stopped for a fault in Baton itself.", fault);
    }

    /// <summary>Sets the exporter's gauges; for a moment before each scrape.</summary>
    public void UpdateGauges(DateTimeOffset now)
    {
        _metrics.ExporterQueueBytes.With(Exporter).Set(QueueBytes);
        var lag = OldestArrivalUnixNanos is { } oldest ? (now.ToUnixTimeMilliseconds() - oldest / NanosPerMillisecond) / 1e3 : 0;
        _metrics.ExporterLagSeconds.With(Exporter).Set(Math.Max(0, lag));
    }

    /// <summary>Ends when everything before <paramref name="position"/> has been delivered or given up.</summary>
    public async Task WaitForAsync(long position, CancellationToken cancellation)
    {
        while (true)
        {
            Task advanced;
            lock (_settling)
            {
                if (_prefix.Position >= position) return;
                advanced = _advanced.Task;
            }
            await advanced.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _broken.Dispose();
    }

    private async Task ForwardAsync(CancellationToken stopping, CancellationToken abort)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            Gather();
            if (_queue.Count == 0)
            {
                if (!await ReadAsync(stopping)) return;
                continue;
            }
            if (!_window.TryEnter(_queue.NextLength))
            {
                await _window.WaitForRoomAsync(_queue.NextLength, stopping);
                continue;
            }
            _ = SendAsync(_queue.Dequeue(), stopping, abort);
        }
    }

    /// <summary>Takes what is there now, up to a full request.</summary>
    private void Gather()
    {
        while (!_queue.IsFull && !IsFarAhead() && _reader.TryRead(MaxReadBytes, out var block))
        {
            using (block) Enqueue(block);
        }
    }

    /// <summary>Waits for something to send; false when the journal has closed.</summary>
    private async Task<bool> ReadAsync(CancellationToken stopping)
    {
        if (IsFarAhead())
        {
            await WaitForAsync(Position + 1, stopping);
            return true;
        }
        using var block = await _reader.ReadAsync(MaxReadBytes, stopping);
        if (block is null) return false;
        Enqueue(block);
        return true;
    }

    private bool IsFarAhead()
    {
        lock (_settling) return _prefix.Count >= _settings.MaxEntriesAhead;
    }

    private void Enqueue(JournalBlock block)
    {
        for (var i = 0; i < block.Count; i++)
        {
            var entry = block[i];
            long ticket;
            lock (_settling) ticket = _prefix.Add(entry.NextPosition, entry.ArrivalUnixNanos);
            // An entry of Baton's own may hold facts alone.
            if (entry.Payload.IsEmpty) Settle([new ExportPart(entry.Payload, entry.Kind, 0, ticket)]);
            else Enqueue(new ExportPart(entry.Payload, entry.Kind, entry.SpanCount, ticket), entry.Encoding, block);
        }
    }

    private void Enqueue(in ExportPart part, PayloadEncoding encoding, JournalBlock block)
    {
        var signal = OtlpSignals.Of(part.Kind);
        if (encoding == PayloadEncoding.Identity || !_settings.Decompress)
        {
            _queue.RequestFor(signal, encoding, part.Payload.Length).Add(part, block);
        }
        else if (PayloadDecoder.TryDecode(part.Payload, encoding, Journal.Journal.MaxEntryBytes, out var decoded) == DecodeStatus.Decoded)
        {
            var plain = part with { Payload = decoded!.Bytes };
            _queue.RequestFor(signal, PayloadEncoding.Identity, plain.Payload.Length).AddOwned(plain, decoded);
        }
        else
        {
            _report.Undecodable(signal, part.SpanCount);
            Settle([part]);
        }
    }

    private async Task SendAsync(ExportRequest request, CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            if (await _delivery.RunAsync(request, stopping, abort)) Settle(request.Parts);
        }
#pragma warning disable CA1031 // Not swallowed: it ends the forwarder, whose task then throws it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _fault = fault;
            await _broken.CancelAsync();
        }
        finally
        {
            request.Dispose();
            _window.Leave(request.Length);
        }
    }

    private void Settle(ReadOnlySpan<ExportPart> parts)
    {
        TaskCompletionSource advanced;
        lock (_settling)
        {
            var moved = false;
            foreach (ref readonly var part in parts) moved |= _prefix.Complete(part.Ticket);
            if (!moved) return;
            _cursor.Save(_prefix.Position);
            advanced = _advanced;
            _advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        advanced.SetResult();
    }
}
