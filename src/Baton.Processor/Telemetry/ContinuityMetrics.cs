using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>
/// What the engine concludes, as metrics. Names, types and labels are a contract with dashboards and alerts. <c>relay</c> is the relay's
/// name, <c>service</c> the service.name of the producer (of the worker, where no producer is known). Safe for any number of threads.
/// </summary>
internal sealed class ContinuityMetrics : IContinuityObserver
{
    // From a wake-up within one host to a queue that has been stuck for as long as a person would bear: 5 ms to 10 min, about three a
    // decade.
    private static readonly double[] WakeUpBuckets =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    // From a job that is all hand-over to one that runs overnight: 100 ms to 24 h, at the steps in which people think of such times.
    private static readonly double[] FullLinkBuckets =
        [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];

    // Made once: each time that a key is made, its text is checked.
    private static readonly Exemplar.LabelKey TraceIdKey = Prometheus.Exemplar.Key("trace_id");

    private readonly InstrumentFamily<Counter.Child> _opened;
    private readonly InstrumentFamily<Counter.Child> _withdrawn;
    private readonly InstrumentFamily<Counter.Child> _completed;
    private readonly InstrumentFamily<Counter.Child> _missed;
    private readonly InstrumentFamily<Counter.Child> _failed;
    private readonly InstrumentFamily<Counter.Child> _orphans;
    private readonly InstrumentFamily<Counter.Child> _producersMissing;
    private readonly InstrumentFamily<Counter.Child> _joins;
    private readonly InstrumentFamily<Counter.Child> _ambiguous;
    private readonly InstrumentFamily<Counter.Child> _redeliveries;
    private readonly InstrumentFamily<Counter.Child> _retracted;
    private readonly InstrumentFamily<Counter.Child> _clockSkew;
    private readonly InstrumentFamily<Counter.Child> _evicted;
    private readonly InstrumentFamily<Counter.Child> _unknown;
    private readonly InstrumentFamily<Counter.Child> _ignored;
    private readonly InstrumentFamily<Counter.Child> _candidatesDropped;
    private readonly InstrumentFamily<Counter.Child> _limits;
    private readonly InstrumentFamily<Histogram.Child> _wakeUp;
    private readonly InstrumentFamily<Histogram.Child> _idleGap;
    private readonly InstrumentFamily<Histogram.Child> _fullLink;
    private readonly ExemplarBudget _wakeUpExemplars;
    private readonly ExemplarBudget _fullLinkExemplars;
    private readonly SeriesExemplarBudget _missedExemplars;

    /// <summary>Creates the instruments.</summary>
    public ContinuityMetrics(Instruments instruments)
    {
        _opened = instruments.Counter("baton_handoffs_opened_total", "Jobs published: a producing span opened a handoff.", "relay", "service");
        _withdrawn = instruments.Counter(
            "baton_handoffs_withdrawn_total",
            "Of the jobs opened, those that were none: a producing span that came later showed that two were one publication. Opened less withdrawn is how many there were.",
            "relay");
        _completed = instruments.Counter("baton_handoffs_completed_total", "Jobs completed, in time or late.", "relay", "timeliness");
        _missed = instruments.Counter(
            "baton_deadlines_missed_total",
            "Jobs whose deadline passed, once each, but once more after one that was taken back: nobody woke up (silent_sleep), or nobody completed (missing_completion).",
            "relay", "service", "error_type", "verdict");
        _failed = instruments.Counter("baton_handoffs_failed_total", "Jobs whose deadline passed after their last attempt had failed.", "relay", "service");
        _orphans = instruments.Counter(
            "baton_orphan_consumers_total",
            "Worker's spans without the trace's context; attributed if the producer was found all the same.",
            "relay", "service", "attributed");
        _producersMissing = instruments.Counter(
            "baton_producers_missing_total", "Pick-ups whose producing span never came: sampled out, filtered, or bypassing Baton.", "relay", "service");
        _joins = instruments.Counter("baton_joins_total", "Worker's spans tied to their job, by how.", "relay", "match");
        _ambiguous = instruments.Counter("baton_joins_ambiguous_total", "Worker's spans that could have belonged to several open jobs of their trace.", "relay");
        _redeliveries = instruments.Counter("baton_redeliveries_total", "Further pick-ups of a job that had been picked up.", "relay");
        _retracted = instruments.Counter(
            "baton_deadlines_retracted_total", "Deadline spans told too early: the completion had ended in time and came late. Raise export_lag.", "relay");
        _clockSkew = instruments.Counter("baton_clock_skew_total", "Pick-ups that began before their publication began, by the senders' clocks.", "relay");
        _evicted = instruments.Counter("baton_handoffs_evicted_total", "Jobs given up because more were open at once, or in one trace, than are kept; baton_limits_reached_total tells which.", "relay");
        _unknown = instruments.Counter(
            "baton_handoffs_unknown_total", "Jobs of which nothing can be said: Baton was blind for longer than senders retry.", "relay");
        _ignored = instruments.Counter(
            "baton_job_attributes_ignored_total",
            "Producing spans whose own deadline, not_before or count made no sense (no number or time, negative, or already past): the relay's rule counts.",
            "relay", "attribute");
        _candidatesDropped = instruments.Counter(
            "baton_job_id_candidates_dropped_total",
            "Jobs that cannot be found by their job id any more, because more than 8 were published with the same one.",
            "relay");
        _limits = instruments.Counter(
            "baton_limits_reached_total",
            "What was left out because state, a trace or a span held as much as it may: max_handoffs (open jobs that were given up), handoffs_per_trace (likewise, of one trace), waiting_spans, ties (spans known to belong to a job), aliases (outer producing spans), comparisons (of a waiting span with the open jobs of its trace), links (spans with more than links_per_span).",
            "limit");
        _wakeUp = instruments.Histogram("baton_wake_up_latency_seconds", "From the end of the producing span to the first pick-up.", WakeUpBuckets, "relay");
        _fullLink = instruments.Histogram(
            "baton_full_link_seconds", "From the end of the producing span to the end of the completing one.", FullLinkBuckets, "relay");
        _idleGap = instruments.Histogram(
            "baton_worker_idle_gap_seconds", "Time without work between two consumer spans of a worker.", WakeUpBuckets, "service", "destination");
        _wakeUpExemplars = new ExemplarBudget(instruments, WakeUpBuckets);
        _fullLinkExemplars = new ExemplarBudget(instruments, FullLinkBuckets);
        _missedExemplars = new SeriesExemplarBudget(instruments);
    }

    /// <summary>A relay is in force: what has no label but its name stands at 0 from the first scrape on.</summary>
    public void Declare(string relay)
    {
        _completed.With(relay, "in_time");
        _completed.With(relay, "late");
        foreach (var family in new[] { _withdrawn, _ambiguous, _redeliveries, _retracted, _clockSkew, _evicted, _unknown, _candidatesDropped })
            family.With(relay);
    }

    /// <inheritdoc/>
    public void Opened(in HandoffView handoff)
    {
        var series = _opened.With(handoff.Relay, handoff.Service);
        if (series.Value == 0)
            Announce(handoff.Relay, handoff.Service);
        series.Inc();
    }

    /// <inheritdoc/>
    public void Withdrawn(in HandoffView handoff) => _withdrawn.With(handoff.Relay).Inc();

    /// <inheritdoc/>
    public void Joined(in HandoffView handoff, Match match) => _joins.With(handoff.Relay, Names.Of(match)).Inc();

    /// <inheritdoc/>
    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds) =>
        Observe(_wakeUp.With(handoff.Relay), _wakeUpExemplars, wakeUpSeconds, handoff.TraceId);

    /// <inheritdoc/>
    public void Redelivered(in HandoffView handoff) => _redeliveries.With(handoff.Relay).Inc();

    /// <inheritdoc/>
    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds)
    {
        _completed.With(handoff.Relay, late ? "late" : "in_time").Inc();
        Observe(_fullLink.With(handoff.Relay), _fullLinkExemplars, fullLinkSeconds, handoff.TraceId);
    }

    /// <inheritdoc/>
    public void Received(in HandoffView handoff) => _completed.With(handoff.Relay, "in_time").Inc();

    /// <inheritdoc/>
    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline)
    {
        var series = verdict == Verdict.Failed
            ? _failed.With(handoff.Relay, handoff.Service)
            : _missed.With(handoff.Relay, handoff.Service, Names.Of(deadline), Names.Of(verdict));
        // The first thing that whoever was paged looks for.
        if (_missedExemplars.Take(series))
            series.Inc(Exemplar(handoff.TraceId));
        else
            series.Inc();
    }

    /// <inheritdoc/>
    public void Retracted(in HandoffView handoff) => _retracted.With(handoff.Relay).Inc();

    /// <inheritdoc/>
    public void Orphaned(in HandoffView orphan, bool attributed) =>
        _orphans.With(orphan.Relay, orphan.Service, attributed ? "true" : "false").Inc();

    /// <inheritdoc/>
    public void ProducerMissing(in HandoffView consumer) => _producersMissing.With(consumer.Relay, consumer.Service).Inc();

    /// <inheritdoc/>
    public void Ambiguous(string relay) => _ambiguous.With(relay).Inc();

    /// <inheritdoc/>
    public void ClockSkewed(string relay) => _clockSkew.With(relay).Inc();

    /// <inheritdoc/>
    public void Evicted(in HandoffView handoff) => _evicted.With(handoff.Relay).Inc();

    /// <inheritdoc/>
    public void CandidateDropped(string relay) => _candidatesDropped.With(relay).Inc();

    /// <inheritdoc/>
    public void WorkerIdled(string service, string destination, double seconds) => _idleGap.With(service, destination).Observe(seconds);

    /// <inheritdoc/>
    public void Unknown(in HandoffView handoff) => _unknown.With(handoff.Relay).Inc();

    /// <inheritdoc/>
    public void StatementIgnored(string relay, StatedTerm term) => _ignored.With(relay, Names.Of(term)).Inc();

    /// <inheritdoc/>
    public void LimitReached(Limit limit, long count = 1) => _limits.With(Names.Of(limit)).Inc(count);

    // A series that appears with its first event has no rate for it: the alert on a single lost job would not fire. So whatever can
    // become of a job stands at 0 from the first job on.
    private void Announce(string relay, string service)
    {
        _missed.With(relay, service, Names.Of(DeadlineKind.ScheduleToStart), Names.Of(Verdict.SilentSleep));
        _missed.With(relay, service, Names.Of(DeadlineKind.ScheduleToClose), Names.Of(Verdict.SilentSleep));
        _missed.With(relay, service, Names.Of(DeadlineKind.StartToClose), Names.Of(Verdict.MissingCompletion));
        _missed.With(relay, service, Names.Of(DeadlineKind.ScheduleToClose), Names.Of(Verdict.MissingCompletion));
        _missed.With(relay, service, Names.Of(DeadlineKind.Heartbeat), Names.Of(Verdict.MissingCompletion));
        _failed.With(relay, service);
        Declare(relay);
    }

    private static void Observe(Histogram.Child series, ExemplarBudget exemplars, double seconds, TraceId trace)
    {
        if (exemplars.Take(seconds))
            series.Observe(seconds, Exemplar(trace));
        else
            series.Observe(seconds);
    }

    private static Exemplar Exemplar(TraceId trace) => Prometheus.Exemplar.From(TraceIdKey.WithValue(trace.ToString()));
}
