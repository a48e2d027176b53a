using Baton.Continuity.Judge;
using Baton.Processor.Forward;
using Baton.Processor.State;
using Baton.Processor.Watch;

namespace Baton.Processor.Telemetry;

/// <summary>The gauges that are read from the parts when somebody asks, and those that the watch leg sets from time to time.</summary>
internal sealed class PipelineGauges
{
    private readonly PipelineMetrics _metrics;
    private readonly ContinuityGauges _continuity;
    private readonly FlowGauges _flow;
    private readonly Journal.Journal _journal;
    private readonly StateDirectory _state;
    private readonly WatchLeg _watch;
    private readonly ForwardLeg _forward;
    private readonly TimeProvider _time;

    /// <summary>Connects the gauges to the parts they tell of.</summary>
    public PipelineGauges(
        Instruments instruments, PipelineMetrics metrics, Journal.Journal journal, StateDirectory state, WatchLeg watch, ForwardLeg forward,
        TimeProvider time)
    {
        _metrics = metrics;
        _continuity = new ContinuityGauges(instruments);
        _flow = new FlowGauges(instruments);
        _journal = journal;
        _state = state;
        _watch = watch;
        _forward = forward;
        _time = time;
        watch.Observed = Set;
        instruments.OnScrape(Read);
    }

    /// <summary>What producers may ask.</summary>
    public BackpressureEndpoint Backpressure { get; } = new();

    // On the watch leg's thread, which owns the engine.
    private void Set(Engine engine)
    {
        _continuity.Set(engine.Relays(), engine.Channels(), engine.NowUnixNanos);
        _continuity.SetLearned(engine.LearnedDeadlines());
        var blind = engine.Blind;
        _continuity.SetBlind("recovery", blind.Recovery);
        _continuity.SetBlind("intake_stopped", blind.IntakeStopped);
        _continuity.SetBlind("sender_retry", blind.SenderRetry);
        _continuity.SetBlind("backlog", _watch.IsBehind);
        _flow.Set(engine.Backlogs(), engine.Workers());
        Backpressure.Set(engine.Pressure());
        _metrics.StateTraces.With().Set(engine.Traces);
        _metrics.StateBytes.With().Set(_state.Bytes);
    }

    private void Read()
    {
        _metrics.AllocatedBytes.With().IncTo(GC.GetTotalAllocatedBytes());
        _metrics.JournalBytes.With().Set(_journal.SizeBytes);
        _metrics.WatchLagSeconds.With().Set(_watch.LagSeconds);
        _forward.UpdateGauges(_time.GetUtcNow());
    }
}
