using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>
/// What the data's way counts: intake, journal, forwarding, and how far the watch leg is behind. Names, types and labels are a
/// contract with dashboards. The label <c>transport</c> is <c>grpc</c> or <c>http</c>; <c>exporter</c> is the exporter's name in the
/// configuration.
/// </summary>
internal sealed class PipelineMetrics(Instruments instruments)
{
    /// <summary>Spans that were acknowledged to their sender; label transport.</summary>
    public InstrumentFamily<Counter.Child> ReceiverAcceptedSpans { get; } = instruments.Counter(
        "baton_receiver_accepted_spans_total", "Spans accepted: journaled, and acknowledged to the sender.", "transport");

    /// <summary>Spans that Baton did not take, whatever the reason; label transport.</summary>
    public InstrumentFamily<Counter.Child> ReceiverRefusedSpans { get; } = instruments.Counter(
        "baton_receiver_refused_spans_total",
        "Spans refused: the journal is full or Baton is stopping (the sender is told to retry), or the span itself is invalid.", "transport");

    /// <summary>Requests that could not be decoded, or exceed a limit; label transport.</summary>
    public InstrumentFamily<Counter.Child> ReceiverMalformedRequests { get; } = instruments.Counter(
        "baton_receiver_malformed_requests_total", "Requests refused for good: undecodable, or larger than the limit.", "transport");

    /// <summary>Requests that Baton did not take, by reason; labels transport, reason.</summary>
    public InstrumentFamily<Counter.Child> ReceiverRefusedRequests { get; } = instruments.Counter(
        "baton_receiver_refused_requests_total",
        "Requests refused, by reason. The sender is told to retry where the reason is memory, journal_full, journal_failed, stopping, stalled or incomplete.",
        "transport", "reason");

    /// <summary>Spans that downstream acknowledged; label exporter.</summary>
    public InstrumentFamily<Counter.Child> ExporterSentSpans { get; } = instruments.Counter(
        "baton_exporter_sent_spans_total", "Spans that the exporter's destination acknowledged.", "exporter");

    /// <summary>Spans given up; label exporter.</summary>
    public InstrumentFamily<Counter.Child> ExporterFailedSpans { get; } = instruments.Counter(
        "baton_exporter_failed_spans_total", "Spans given up: a permanent error, or retried for longer than max_elapsed_time.", "exporter");

    /// <summary>Spans that downstream rejected in a partial success; label exporter.</summary>
    public InstrumentFamily<Counter.Child> ExporterRejectedSpans { get; } = instruments.Counter(
        "baton_exporter_rejected_spans_total", "Spans that the destination took the request of, but rejected (partial success).", "exporter");

    /// <summary>Spans skipped for max_backlog; label exporter.</summary>
    public InstrumentFamily<Counter.Child> ExporterSkippedSpans { get; } = instruments.Counter(
        "baton_exporter_skipped_spans_total", "Spans that this exporter will never get, because more waited for it than max_backlog allows.", "exporter");

    /// <summary>Spans by the route that they take, for each exporter that gets them; labels route, exporter.</summary>
    public InstrumentFamily<Counter.Child> RoutingSpans { get; } = instruments.Counter(
        "baton_routing_spans_total", "Spans by the route that they took: default, or the place in routing.routes, such as routes[0]. Counted for each exporter that gets them.",
        "route", "exporter");

    /// <summary>Spans that no exporter gets, because their route has an empty list.</summary>
    public InstrumentFamily<Counter.Child> RoutingDroppedSpans { get; } = instruments.Counter(
        "baton_routing_dropped_spans_total", "Spans that no exporter gets, because the list of their route, or of routing.default, is empty.");

    /// <summary>Bytes of journal between the exporter's cursor and the tail; label exporter.</summary>
    public InstrumentFamily<Gauge.Child> ExporterQueueBytes { get; } = instruments.Gauge(
        "baton_exporter_queue_bytes", "Journal bytes that this exporter has not yet delivered.", "exporter");

    /// <summary>Seconds since the arrival of the oldest entry not yet delivered; 0 when there is none; label exporter.</summary>
    public InstrumentFamily<Gauge.Child> ExporterLagSeconds { get; } = instruments.Gauge(
        "baton_exporter_lag_seconds", "Age of the oldest journal entry that this exporter has not yet delivered.", "exporter");

    /// <summary>Bytes of journal on disk.</summary>
    public InstrumentFamily<Gauge.Child> JournalBytes { get; } = instruments.Gauge("baton_journal_bytes", "Bytes that the journal holds on disk.");

    /// <summary>Bytes allocated on the managed heap since the start.</summary>
    public InstrumentFamily<Counter.Child> AllocatedBytes { get; } = instruments.Counter(
        "baton_allocated_bytes_total", "Bytes allocated on the managed heap since the start. Their rate is what the garbage collector has to do; it does not grow with the number of spans in a request.");

    /// <summary>Traces in the state store.</summary>
    public InstrumentFamily<Gauge.Child> StateTraces { get; } = instruments.Gauge("baton_state_traces", "Traces of which state is kept.");

    /// <summary>Bytes of the state store, memory and disk.</summary>
    public InstrumentFamily<Gauge.Child> StateBytes { get; } = instruments.Gauge("baton_state_bytes", "Bytes that the state store holds, in memory and on disk.");

    /// <summary>Seconds by which the watch leg is behind the journal's tail.</summary>
    public InstrumentFamily<Gauge.Child> WatchLagSeconds { get; } = instruments.Gauge(
        "baton_watch_lag_seconds", "Age of the oldest journal entry that has not yet been judged; no deadline fires while it is high.");
}
