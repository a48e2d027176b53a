using Baton.Processor.Configuration.Options;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Forward;

/// <summary>The exporters that routing names, each with its forwarder. They run side by side and share nothing but the journal.</summary>
internal sealed class ExporterSet : IAsyncDisposable
{
    private readonly List<IExporter> _exporters = [];
    private readonly List<Forwarder> _forwarders = [];

    /// <summary>Opens the cursors; nothing is read yet. Cursors of exporters that are no longer routed to are given up.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="journal">What to forward.</param>
    /// <param name="metrics">Counts what was sent, rejected and given up.</param>
    /// <param name="keep">Names under which others than exporters hold the journal back.</param>
    /// <param name="time">The clock of the edge.</param>
    /// <param name="loggers">What goes wrong on the way.</param>
    public ExporterSet(
        BatonOptions options, Journal.Journal journal, PipelineMetrics metrics, IReadOnlyCollection<string> keep, TimeProvider time, ILoggerFactory loggers)
    {
        var names = options.Routing.Default.Distinct().ToList();
        journal.KeepCursors([.. names, .. keep]);
        foreach (var name in names)
        {
            var (settings, exporter) = Create(name, options.Exporters[name], time);
            _exporters.Add(exporter);
            _forwarders.Add(new Forwarder(settings, exporter, journal, metrics, time, loggers.CreateLogger($"exporter {name}")));
        }
    }

    /// <summary>The forwarders, one per exporter.</summary>
    public IReadOnlyList<Forwarder> Forwarders => _forwarders;

    /// <summary>Forwards until told to stop; without an exporter, waits for that.</summary>
    /// <param name="stopping">Ends reading and retrying; the calls under way are waited for.</param>
    /// <param name="abort">Ends the calls under way too.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        if (_forwarders.Count == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping).ContinueWith(static _ => { }, TaskScheduler.Default);
            return;
        }
        // The first that ends by itself has a fault; the caller stops the others.
        var running = _forwarders.ConvertAll(forwarder => forwarder.RunAsync(stopping, abort));
        await await Task.WhenAny(running);
        await Task.WhenAll(running);
    }

    /// <summary>Waits until everything before a position is delivered, but no longer than a limit: the rest waits in the journal.</summary>
    /// <param name="position">The journal's tail.</param>
    /// <param name="limit">The longest to wait.</param>
    /// <param name="time">The clock of the edge.</param>
    public async Task DrainAsync(long position, TimeSpan limit, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(limit, time);
        try
        {
            await Task.WhenAll(_forwarders.Select(forwarder => forwarder.WaitForAsync(position, patience.Token)));
        }
        catch (OperationCanceledException)
        {
            // Downstream is slower than a stop may take.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var forwarder in _forwarders)
        {
            forwarder.Dispose();
        }
        foreach (var exporter in _exporters)
        {
            await exporter.DisposeAsync();
        }
    }

    private static (ForwarderSettings Settings, IExporter Exporter) Create(string name, ExporterOptions options, TimeProvider time) => options switch
    {
        OtlpExporterOptions otlp => (ForwarderSettings.Of(name, otlp), new OtlpGrpcExporter(otlp, time)),
        DebugExporterOptions debug => (ForwarderSettings.Of(name, debug), new DebugExporter(debug, Console.Out)),
        _ => throw new InvalidOperationException($"No exporter for {options.GetType().Name}."),
    };
}
