using Baton.Continuity.Judge;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.State;
using Baton.Processor.Telemetry;
using Baton.Processor.Telemetry.Push;
using Baton.Processor.Watch;
using Baton.Processor.WebConsole;

namespace Baton.Processor;

/// <summary>What is seen of a running pipeline from outside: metrics, pushed and asked for, the console, and the answers to probes.</summary>
internal sealed class PipelineView
{
    private readonly BatonOptions _options;
    private readonly Instruments _instruments;
    private readonly ContinuityMetrics _counted;
    private readonly ConfigurationGauges _limits;
    private readonly ConsoleSeries _series;
    private readonly BrokenHandoffs _broken = new();
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;

    /// <summary>Nothing can be asked yet.</summary>
    /// <param name="options">A configuration without faults.</param>
    /// <param name="time">The clock of the edge.</param>
    /// <param name="loggers">Baton's own logs.</param>
    public PipelineView(BatonOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_options, _time, _loggers) = (options, time, loggers);
        _instruments = new Instruments(options.Continuity.Limits.LabelValues);
        Metrics = new PipelineMetrics(_instruments);
        _counted = new ContinuityMetrics(_instruments);
        _series = new ConsoleSeries(new SeriesClock(ConsoleReading.Now(time)));
        Observer = new BothObservers(_counted, new ConsoleObserver(_series, _broken));
        _limits = new ConfigurationGauges(_instruments);
        _limits.Set(options, _counted);
    }

    /// <summary>What the data's way counts.</summary>
    public PipelineMetrics Metrics { get; }

    /// <summary>Is told what the engine concludes.</summary>
    public IContinuityObserver Observer { get; }

    /// <summary>Sends the metrics out, as OTLP. Not before <see cref="StartAsync"/>.</summary>
    public MetricsPush Push { get; private set; } = null!;

    /// <summary>Connects it to the parts, and begins to answer; before the watch leg starts.</summary>
    /// <returns>Where it can be asked. To be disposed before the parts are.</returns>
    /// <exception cref="StartupException">The address cannot be listened on.</exception>
    public async Task<AdminEndpoint> StartAsync(Journal.Journal journal, StateDirectory state, ForwardLeg forward, WatchLeg watch)
    {
        new DurabilityMetrics(_instruments).Watch(journal, state);
        var gauges = new PipelineGauges(_instruments, Metrics, journal, state, watch, forward, _time);
        var reading = new ConsoleReading(_options, Metrics, journal, state, watch, forward, gauges.Backpressure, _series, _time);
        var console = new ConsoleEndpoint(reading.Read, _series, _broken, _options.Service.Admin.Console);
        var admin = await AdminEndpoint.StartAsync(
            _options.Service.Admin.Endpoint, _instruments, () => watch.WhyNotReady, _loggers, CancellationToken.None, gauges.Backpressure, console);
        Push = new MetricsPush(
            _options.Service.Telemetry.Metrics.Otlp, _instruments, $"{Environment.MachineName}:{admin.Address.Port}", journal.AppendAsync, _time, _loggers.CreateLogger("metrics"));
        return admin;
    }

    /// <summary>Shows the relays that are in force from now on.</summary>
    public void SetRelays(ContinuitySection inForce) => _limits.SetRelays(inForce, _counted);
}
