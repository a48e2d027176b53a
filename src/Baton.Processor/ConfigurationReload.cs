using System.Runtime.InteropServices;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Receive;
using Baton.Processor.Telemetry.Push;
using Baton.Processor.Watch;

namespace Baton.Processor;

/// <summary>
/// Takes up a configuration that has changed: relays, routes and exporters, without dropping a connection or a handoff. Looks every few
/// seconds, and at once on SIGHUP. A configuration with a fault is reported, and the one in force stays.
/// </summary>
internal sealed class ConfigurationReload : IDisposable
{
    // What is taken up while Baton runs. Everything else names ports, directories and sizes that are made once.
    private static readonly string[] Live = ["continuity.", "exporters", "routing.", "service.telemetry.metrics."];
    private static readonly string[] FixedContinuity = ["continuity.limits.label_values", "continuity.limits.channels", "continuity.backpressure"];

    private readonly ConfigurationSource _source;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration _hangUp;
    private readonly SemaphoreSlim _asked = new(0);
    private byte[] _seen;
    private BatonOptions _inForce;
    private int _askedNow;

    /// <param name="source">Where the configuration comes from.</param>
    /// <param name="inForce">What was read from it at the start.</param>
    /// <param name="logger">Is told what has changed, and what is wrong.</param>
    public ConfigurationReload(ConfigurationSource source, BatonOptions inForce, ILogger logger)
    {
        (_source, _inForce, _logger) = (source, inForce, logger);
        _seen = FileFingerprint.Of(source.Files);
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Interlocked.Exchange(ref _askedNow, 1);
            _asked.Release();
        });
    }

    /// <summary>Puts other relays in force; false if that could not be.</summary>
    public required Func<BatonOptions, Task<bool>> Continuity { get; init; }

    /// <summary>Puts other exporters and routes in force.</summary>
    public required Func<BatonOptions, Task> Forwarding { get; init; }

    /// <summary>Looks at certificates and tokens.</summary>
    public required Action Secrets { get; init; }

    /// <summary>The ways of a running pipeline.</summary>
    public static ConfigurationReload Of(
        ConfigurationSource source, BatonOptions options, Intake intake, WatchLeg watch, Func<Continuity.Join.ContinuityOptions, Engine> engine,
        ForwardLeg forward, MetricsPush push, OtlpReceiver receiver, Action<ContinuitySection> inForce, ILogger logger) => new(source, options, logger)
        {
            Continuity = async next =>
            {
                var rules = ContinuityRules.From(next);
                var taken = await intake.ReplaceAsync(ScanPlan.Create(rules), () => watch.ReconfigureAsync(rules, next.Continuity.BlindAfter, () => engine(rules)));
                if (taken) inForce(next.Continuity);
                return taken;
            },
            Forwarding = async next =>
            {
                await forward.ReconfigureAsync(next, WatchLeg.Cursor);
                push.Use(next.Service.Telemetry.Metrics.Otlp);
            },
            Secrets = receiver.Reload,
        };

    /// <summary>Looks, from time to time, until it is stopped.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken stop)
    {
        using var timer = time.CreateTimer(_ => _asked.Release(), null, FileFingerprint.Period, FileFingerprint.Period);
        while (true)
        {
            await _asked.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            await LookAsync(Interlocked.Exchange(ref _askedNow, 0) == 1);
        }
    }

    /// <summary>Takes up what has changed.</summary>
    /// <param name="anyway">Reads the files though they are the same: what they name in the environment may not be.</param>
    public async Task LookAsync(bool anyway)
    {
        if (anyway) Secrets();
        var found = FileFingerprint.Of(_source.Files);
        if (!anyway && found.AsSpan().SequenceEqual(_seen)) return;
        _seen = found;
        var (next, faults) = _source.Load();
        foreach (var fault in faults)
            _logger.LogError("The changed configuration is not taken up: {Fault}", fault);
        if (next is null)
            _logger.LogError("The configuration in force stays. Correct the files; they are looked at again when they change, or on SIGHUP.");
        else
            await TakeUpAsync(next);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hangUp.Dispose();
        _asked.Dispose();
    }

    private async Task TakeUpAsync(BatonOptions next)
    {
        var changes = ConfigurationChanges.Between(_inForce, next);
        var live = changes.Where(IsLive).ToList();
        if (live.Exists(key => key.StartsWith("continuity.", StringComparison.Ordinal)) && !await Continuity(next))
        {
            _logger.LogError("The journal could not take the change of relays, so nothing of the changed configuration is taken up. Send SIGHUP once the journal has room.");
            return;
        }
        if (live.Exists(key => !key.StartsWith("continuity.", StringComparison.Ordinal)))
            await Forwarding(next);
        if (live.Count > 0)
            _logger.LogInformation("The configuration has changed; now in force: {Keys}.", string.Join(", ", live));
        if (changes.Where(key => !IsLive(key)).ToList() is { Count: > 0 } later)
            _logger.LogWarning("These options take effect at the next start only: {Keys}.", string.Join(", ", later));
        _inForce = next;
    }

    private static bool IsLive(string key) => Array.Exists(Live, prefix => key.StartsWith(prefix, StringComparison.Ordinal))
        && !Array.Exists(FixedContinuity, prefix => key.StartsWith(prefix, StringComparison.Ordinal));
}
