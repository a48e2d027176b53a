using Baton.Processor.Configuration.Options;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Forward;

/// <summary>Leg 1, whole: a forwarder for each exporter that the routes name.</summary>
internal sealed class ForwardLeg : IAsyncDisposable
{
    private readonly List<(Forwarder Forwarder, IExporter Exporter)> _exporters = [];
    private readonly Discarder? _discarder;

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
        var logger = loggers.CreateLogger("Baton.Forward");
        var routes = new Routes(options.Routing);
        foreach (var name in routes.Exporters)
        {
            var (exporter, settings) = Create(name, options.Exporters[name], output, time);
            _exporters.Add((new Forwarder(settings, Router.Of(routes, name, metrics), exporter, journal, metrics, time, logger), exporter));
        }
        if (routes.Dropped().Contains(true)) _discarder = new Discarder(journal, Router.OfDropped(routes, metrics));
    }

    /// <summary>The names of the exporters' cursors: what the journal has to keep for this leg.</summary>
    public IEnumerable<string> Cursors => _exporters.Select(each => each.Forwarder.Exporter);

    /// <summary>
    /// Forwards until told to stop, then waits for the calls under way and leaves the rest in the journal. Ends early, with the
    /// exception, when one exporter meets a fault in
    /// Baton itself: its cursor would keep the journal from ever shrinking.
    /// </summary>
    /// <param name="stopping">Ends reading and retrying.</param>
    /// <param name="abort">Ends the calls under way too.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // Each begins on a thread of its own: a forwarder with a backlog may run for long before it first waits.
        var running = _exporters.ConvertAll(each => Task.Run(() => each.Forwarder.RunAsync(stop.Token, abort), CancellationToken.None));
        if (_discarder is not null) running.Add(_discarder.RunAsync(stop.Token));
        var first = await Task.WhenAny(running);
        if (first.IsFaulted) await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    /// <summary>Ends when every exporter has delivered, or given up, what stands before a position in the journal.</summary>
    public Task WaitForAsync(long position, CancellationToken cancellation) =>
        Task.WhenAll(_exporters.Select(each => each.Forwarder.WaitForAsync(position, cancellation)));

    /// <summary>Journal bytes that the slowest exporter has not delivered yet.</summary>
    public long QueueBytes => _exporters.Select(each => each.Forwarder.QueueBytes).DefaultIfEmpty().Max();

    /// <summary>Sets the exporters' gauges; for a moment before each scrape.</summary>
    public void UpdateGauges(DateTimeOffset now)
    {
        foreach (var (forwarder, _) in _exporters) forwarder.UpdateGauges(now);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (forwarder, exporter) in _exporters)
        {
            forwarder.Dispose();
            await exporter.DisposeAsync();
        }
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
