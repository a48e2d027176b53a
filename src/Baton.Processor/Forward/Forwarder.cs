using Baton.Processor.Journal;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Forward;

/// <summary>
/// Leg 1 for one exporter: reads the journal from its own cursor (<see cref="EntryGathering"/>), merges what has piled up, keeps several requests on their way, and
/// moves the cursor over what is done, without a gap. After a crash everything behind the cursor is sent again: at least once. It shares nothing with
/// other exporters but the journal, so a slow one delays nobody else.
/// </summary>
/// <remarks>
/// There is no timer: what is there when something may be sent is sent at once, and requests become larger by themselves as soon as the
/// destination is the slower side. Memory is bounded by the bytes on their way, one request being put together, and the block being read.
/// </remarks>
internal sealed class Forwarder : IDisposable
{
    private const long NanosPerMillisecond = 1_000_000;

    private readonly ForwarderSettings _settings;
    private readonly Journal.Journal _journal;
    private readonly ForwardCursor _cursor;
    private readonly SendQueue _queue;
    private readonly SendWindow _window;
    private readonly Delivery _delivery;
    private readonly DeliveryReport _report;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _broken = new();
    private readonly EntryGathering _gathering;
    private Exception? _fault;

    /// <summary>Opens the exporter's cursor; nothing is read yet. The router becomes the forwarder's.</summary>
    public Forwarder(
        ForwarderSettings settings, Router router, IExporter exporter, Journal.Journal journal, PipelineMetrics metrics, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _journal = journal;
        _metrics = metrics;
        _time = time;
        _cursor = new ForwardCursor(journal.OpenCursor(settings.Exporter), settings.MaxEntriesAhead);
        _queue = new SendQueue(settings.MaxRequestBytes);
        _window = new SendWindow(settings.MaxInFlight, settings.MaxInFlightBytes);
        _report = new DeliveryReport(settings.Exporter, metrics, logger);
        _delivery = new Delivery(exporter, settings.Retry, _report, time, settings.Jitter);
        _gathering = new EntryGathering(journal, _cursor, _queue, router, settings.Compression, _report);
    }

    /// <summary>The exporter's name in the configuration.</summary>
    public string Exporter => _settings.Exporter;

    /// <summary>Everything before it has been delivered or given up.</summary>
    public long Position => _cursor.Position;

    /// <summary>Journal bytes that are not delivered yet.</summary>
    public long QueueBytes => Math.Max(0, _journal.Tail - Position);

    /// <summary>Decides by another routing, from an entry on that is taken up soon. Any thread; the router becomes the forwarder's.</summary>
    public void Use(Router router) => _gathering.Use(router);

    /// <summary>Sets the exporter's gauges; for a moment before each scrape.</summary>
    public void UpdateGauges(DateTimeOffset now)
    {
        _metrics.ExporterQueueBytes.With(Exporter).Set(QueueBytes);
        var lag = _cursor.OldestArrivalUnixNanos is { } oldest ? (now.ToUnixTimeMilliseconds() - oldest / NanosPerMillisecond) / 1e3 : 0;
        _metrics.ExporterLagSeconds.With(Exporter).Set(Math.Max(0, lag));
    }

    /// <summary>Ends when everything before <paramref name="position"/> has been delivered or given up.</summary>
    public Task WaitForAsync(long position, CancellationToken cancellation) => _cursor.WaitForAsync(position, cancellation);

    /// <summary>
    /// Forwards until told to stop, or until the journal closes; then waits for the calls under way, and leaves the rest in the journal.
    /// </summary>
    /// <param name="stopping">Ends reading and retrying.</param>
    /// <param name="abort">Ends the calls under way too.</param>
    /// <exception cref="InvalidOperationException">The exporter threw, which it never should.</exception>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, abort, _broken.Token);
        try
        {
            if (_settings.MaxBacklogBytes == 0) await ForwardAsync(stop.Token, abort);
            else await ForwardWithinBacklogAsync(stop.Token, abort);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        await _window.WaitUntilEmptyAsync();
        _queue.Clear();
        if (_fault is not null) throw new InvalidOperationException($"Exporter {Exporter} has stopped for a fault in Baton itself.", _fault);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gathering.Dispose();
        _broken.Dispose();
    }

    /// <summary>Forwards; and whenever more waits than may, ends what is under way, skips the oldest, and goes on.</summary>
    private async Task ForwardWithinBacklogAsync(CancellationToken stopping, CancellationToken abort)
    {
        var skipping = new BacklogSkip(_journal, _metrics.ExporterSkippedSpans.With(Exporter), _report, _settings.MaxBacklogBytes);
        while (true)
        {
            using var backlog = new BacklogWatch(() => QueueBytes > _settings.MaxBacklogBytes, _time);
            using var pausing = CancellationTokenSource.CreateLinkedTokenSource(stopping, backlog.Exceeded);
            using var aborting = CancellationTokenSource.CreateLinkedTokenSource(abort, backlog.Exceeded);
            try
            {
                await ForwardAsync(pausing.Token, aborting.Token);
                return;
            }
            catch (OperationCanceledException) when (backlog.Exceeded.IsCancellationRequested && !stopping.IsCancellationRequested)
            {
                await _window.WaitUntilEmptyAsync();
                _gathering.GoOnAt(skipping.From(_cursor.Position));
            }
            finally
            {
                // What is under way uses these tokens.
                await _window.WaitUntilEmptyAsync();
            }
        }
    }

    private async Task ForwardAsync(CancellationToken stopping, CancellationToken abort)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            _gathering.Gather();
            if (_queue.Count == 0)
            {
                if (!await _gathering.WaitAsync(stopping)) return;
            }
            else if (!_window.TryEnter(_queue.NextLength))
            {
                await _window.WaitForRoomAsync(_queue.NextLength, stopping);
            }
            else
            {
                _ = SendAsync(_queue.Dequeue(), stopping, abort);
            }
        }
    }

    private async Task SendAsync(ExportRequest request, CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            if (await _delivery.RunAsync(request, stopping, abort)) _cursor.Settle(request.Parts);
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
}
