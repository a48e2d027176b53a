using Baton.Processor.Configuration.Options;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Forward;

/// <summary>Leg 1, whole: a forwarder for each exporter that the routes name. Which those are may change while it runs.</summary>
internal sealed class ForwardLeg : IAsyncDisposable
{
    private readonly Journal.Journal _journal;
    private readonly PipelineMetrics _metrics;
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Held while the list below changes; readers take the list as it is.
    private readonly SemaphoreSlim _changing = new(1);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<RunningExporter> _exporters = [];
    private Discarder? _discarder;
    private CancellationToken _stopping;
    private CancellationToken _abort;
    private bool _running;

    /// <summary>Opens the exporters' cursors, which therefore has to come before the first append; sends nothing yet.</summary>
    /// <param name="options">A configuration without faults.</param>
    /// <param name="journal">What to forward.</param>
    /// <param name="metrics">Where to count.</param>
    /// <param name="output">Where the exporter <c>debug</c> writes.</param>
    /// <param name="time">The clock of pauses and deadlines.</param>
    /// <param name="loggers">Baton's own logs.</param>
    public ForwardLeg(
        BatonOptions options, Journal.Journal journal, PipelineMetrics metrics, TextWriter output, TimeProvider time, ILoggerFactory loggers)
    {
        (_journal, _metrics, _output, _time) = (journal, metrics, output, time);
        _logger = loggers.CreateLogger("Baton.Forward");
        var routes = Routes.Of(options);
        _exporters = [.. routes.Exporters.Select(name => Create(name, options, routes))];
        _discarder = DiscarderOf(routes);
    }

    /// <summary>The names of the exporters' cursors: what the journal has to keep for this leg.</summary>
    public IEnumerable<string> Cursors => _exporters.Select(each => each.Forwarder.Exporter);

    /// <summary>Journal bytes that the slowest exporter has not delivered yet.</summary>
    public long QueueBytes => _exporters.Select(each => each.Forwarder.QueueBytes).DefaultIfEmpty().Max();

    /// <summary>
    /// Forwards until told to stop, then waits for the calls under way and leaves the rest in the journal. Ends early, with the
    /// exception, when one exporter meets a fault in Baton itself: its cursor would keep the journal from ever shrinking.
    /// </summary>
    /// <param name="stopping">Ends reading and retrying.</param>
    /// <param name="abort">Ends the calls under way too.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort = default)
    {
        (_stopping, _abort) = (stopping, abort);
        await _changing.WaitAsync(CancellationToken.None);
        _running = true;
        foreach (var exporter in _exporters) Start(exporter);
        _discarder?.Start();
        _changing.Release();

        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, stopping), _failed.Task);
        await _changing.WaitAsync(CancellationToken.None);
        _running = false;
        await Task.WhenAll(_exporters.Select(exporter => exporter.StopAsync()));
        if (_discarder is not null) await _discarder.DisposeAsync();
        _discarder = null;
        _changing.Release();
        if (_failed.Task.IsFaulted) await _failed.Task;
    }

    /// <summary>
    /// Takes up a changed configuration: exporters that stay as they are go on with their connections, changed ones go on from where they
    /// were, new ones begin with what comes now, and the cursors of those that are gone are removed.
    /// </summary>
    /// <param name="options">A configuration without faults.</param>
    /// <param name="otherCursors">The names of cursors that are not this leg's, and stay.</param>
    public async Task ReconfigureAsync(BatonOptions options, params string[] otherCursors)
    {
        await _changing.WaitAsync(CancellationToken.None);
        try
        {
            if (!_running) return;
            var routes = Routes.Of(options);
            var names = routes.Exporters.ToList();
            var kept = _exporters.Where(each => names.Contains(each.Forwarder.Exporter) && each.IsOf(options.Exporters[each.Forwarder.Exporter])).ToList();
            var gone = _exporters.Except(kept).ToList();
            _exporters = kept;
            await Task.WhenAll(gone.Select(each => each.DisposeAsync().AsTask()));
            foreach (var each in kept) each.Forwarder.Use(Router.Of(routes, each.Forwarder.Exporter, _metrics));
            var added = names.Except(kept.Select(each => each.Forwarder.Exporter)).Select(name => Create(name, options, routes)).ToList();
            added.ForEach(Start);
            _exporters = [.. kept, .. added];
            _journal.KeepCursors([.. names, .. otherCursors]);
            if (_discarder is not null) await _discarder.DisposeAsync();
            _discarder = DiscarderOf(routes);
            _discarder?.Start();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends when every exporter has delivered, or given up, what stands before a position in the journal.</summary>
    public Task WaitForAsync(long position, CancellationToken cancellation) =>
        Task.WhenAll(_exporters.Select(each => each.Forwarder.WaitForAsync(position, cancellation)));

    /// <summary>Sets the exporters' gauges; for a moment before each scrape.</summary>
    public void UpdateGauges(DateTimeOffset now)
    {
        foreach (var exporter in _exporters) exporter.Forwarder.UpdateGauges(now);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var exporter in _exporters) await exporter.DisposeAsync();
        if (_discarder is not null) await _discarder.DisposeAsync();
        _changing.Dispose();
    }

    private async void Start(RunningExporter exporter)
    {
        try
        {
            await exporter.Start(_stopping, _abort);
        }
#pragma warning disable CA1031 // Not swallowed: it ends the leg, whose task then throws it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _failed.TrySetException(fault);
        }
    }

    private Discarder? DiscarderOf(Routes routes) => routes.Dropped().Contains(true) ? new Discarder(_journal, Router.OfDropped(routes, _metrics)) : null;

    private RunningExporter Create(string name, BatonOptions options, Routes routes)
    {
        var (exporter, settings) = Create(name, options.Exporters[name], _output, _time);
        return new RunningExporter(new Forwarder(settings, Router.Of(routes, name, _metrics), exporter, _journal, _metrics, _time, _logger), exporter, options.Exporters[name]);
    }

    private static (IExporter Exporter, ForwarderSettings Settings) Create(
        string name, ExporterOptions options, TextWriter output, TimeProvider time) => options switch
        {
            OtlpExporterOptions otlp => (new OtlpGrpcExporter(otlp, time), ForwarderSettings.Of(name, otlp)),
            OtlpHttpExporterOptions http => (new OtlpHttpExporter(http, time), ForwarderSettings.Of(name, http)),
            FileExporterOptions file => (new FileExporter(file, time), ForwarderSettings.Of(name, file)),
            DebugExporterOptions debug => (new DebugExporter(debug, output), ForwarderSettings.Of(name, debug)),
            _ => throw new InvalidOperationException($"No exporter is made of {options.GetType().Name}."),
        };
}
