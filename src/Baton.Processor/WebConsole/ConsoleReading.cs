using Baton.Continuity.Judge;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.State;
using Baton.Processor.Telemetry;
using Baton.Processor.Watch;

namespace Baton.Processor.WebConsole;

/// <summary>Reads a running pipeline for the console: what the watch leg shows about once a second, the rest when somebody asks.</summary>
internal sealed class ConsoleReading
{
    private static readonly string[] Transports = ["grpc", "http"];
    private static readonly string Version = typeof(ConsoleReading).Assembly.GetName().Version?.ToString(3) ?? "";

    private readonly BatonOptions _options;
    private readonly PipelineMetrics _metrics;
    private readonly Journal.Journal _journal;
    private readonly StateDirectory _state;
    private readonly WatchLeg _watch;
    private readonly ForwardLeg _forward;
    private readonly BackpressureEndpoint _backpressure;
    private readonly ConsoleSeries _series;
    private readonly TimeProvider _time;
    private readonly long _started;
    private volatile Seen _seen = new([], [], 0);
    private double _accepted;

    /// <summary>Connects it; to be called once the gauges have been.</summary>
    public ConsoleReading(
        BatonOptions options, PipelineMetrics metrics, Journal.Journal journal, StateDirectory state, WatchLeg watch, ForwardLeg forward,
        BackpressureEndpoint backpressure, ConsoleSeries series, TimeProvider time)
    {
        (_options, _metrics, _journal, _state, _watch, _forward) = (options, metrics, journal, state, watch, forward);
        (_backpressure, _series, _time, _started) = (backpressure, series, time, Now(time));
        watch.Observed += Observe;
    }

    /// <summary>The time in Unix nanoseconds.</summary>
    public static long Now(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>What is the case. Any thread.</summary>
    public ConsoleState Read()
    {
        var seen = _seen;
        return new ConsoleState
        {
            Now = Now(_time),
            Started = _started,
            Version = Version,
            WhyNotReady = _watch.WhyNotReady,
            TraceUrl = _options.Service.Admin.TraceUrl,
            Receivers = [.. Receivers(_options.Receivers.Otlp.Protocols)],
            Blind = seen.Blind,
            Relays = seen.Relays,
            Pressure = _backpressure.Pressure,
            Exporters = [.. Exporters()],
            Storage = Storage(seen.Traces),
        };
    }

    // On the watch leg's thread, which owns the engine.
    private void Observe(Engine engine)
    {
        var relays = engine.Relays().ToArray();
        _series.Clock.Advance(engine.NowUnixNanos);
        foreach (var relay in relays)
        {
            if (relay.Waiting + relay.Running + relay.Missed > 0 && _series.Of(relay.Relay).Now is { } step)
                step.Open = (relay.Waiting, relay.Running, relay.Missed);
            else if (_series.Find(relay.Relay)?.Of(_series.Clock.Newest) is { } quiet)
                quiet.Open = default;
        }
        var accepted = Transports.Sum(transport => _metrics.ReceiverAcceptedSpans.With(transport).Value);
        _series.Intake.Add(accepted - _accepted);
        _accepted = accepted;
        _series.ExporterLag.Max(Exporters().Select(exporter => exporter.LagSeconds).DefaultIfEmpty().Max());
        _seen = new Seen(relays, [.. Reasons(engine.Blind)], engine.Traces);
    }

    private IEnumerable<string> Reasons(BlindGauges blind)
    {
        if (blind.Recovery)
            yield return "recovery";
        if (blind.IntakeStopped)
            yield return "intake_stopped";
        if (blind.SenderRetry)
            yield return "sender_retry";
        if (_watch.IsBehind)
            yield return "backlog";
    }

    private IEnumerable<ExporterState> Exporters()
    {
        _forward.UpdateGauges(_time.GetUtcNow());
        return _forward.Cursors.Select(name => new ExporterState(
            name,
            (long)_metrics.ExporterQueueBytes.With(name).Value,
            _metrics.ExporterLagSeconds.With(name).Value,
            (long)_metrics.ExporterSentSpans.With(name).Value,
            (long)(_metrics.ExporterFailedSpans.With(name).Value + _metrics.ExporterRejectedSpans.With(name).Value + _metrics.ExporterSkippedSpans.With(name).Value)));
    }

    private StorageState Storage(long traces) => new()
    {
        JournalBytes = _journal.SizeBytes,
        JournalMaxBytes = _options.Journal.MaxSize.Bytes,
        FreeBytes = _journal.FreeBytes,
        MinFreeBytes = _options.Journal.MinFree.Bytes,
        DamagedRanges = _journal.Loss.Ranges,
        Stalled = _state.IsStalled,
        Traces = traces,
        Accepted = (long)Transports.Sum(transport => _metrics.ReceiverAcceptedSpans.With(transport).Value),
        Refused = (long)Transports.Sum(transport => _metrics.ReceiverRefusedSpans.With(transport).Value),
        WatchLagSeconds = _watch.LagSeconds,
    };

    private static IEnumerable<(string Protocol, string Endpoint)> Receivers(OtlpProtocolsOptions protocols)
    {
        if (protocols.Grpc is { } grpc)
            yield return ("OTLP/gRPC", grpc.Endpoint.ToString());
        if (protocols.Http is { } http)
            yield return ("OTLP/HTTP", http.Endpoint.ToString());
    }

    /// <summary>What the watch leg showed last.</summary>
    private sealed record Seen(IReadOnlyList<RelayGauges> Relays, IReadOnlyList<string> Blind, long Traces);
}
