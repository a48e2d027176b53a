using System.Collections.Concurrent;
using Baton.Processor.Telemetry;
using Prometheus;

namespace Baton.Processor.Forward;

/// <summary>
/// Counts what an exporter delivered or gave up, and tells the log: each kind of failure once, an outage at its beginning and its end.
/// Any thread.
/// </summary>
internal sealed class DeliveryReport(string exporter, PipelineMetrics metrics, ILogger logger)
{
    private readonly Counter.Child _sent = metrics.ExporterSentSpans.With(exporter);
    private readonly Counter.Child _failed = metrics.ExporterFailedSpans.With(exporter);
    private readonly Counter.Child _rejected = metrics.ExporterRejectedSpans.With(exporter);
    private readonly ConcurrentDictionary<(string What, OtlpSignal Signal, string Kind), bool> _logged = new();
    private int _failing;

    /// <summary>The destination took the request, at least in part.</summary>
    public void Accepted(ExportRequest request, ExportResult result)
    {
        if (Interlocked.Exchange(ref _failing, 0) == 1) logger.LogInformation("Exporter {Exporter} delivers again.", exporter);
        var rejected = Math.Clamp(result.Rejected, 0, request.SpanCount);
        Count(_sent, request.Signal, request.SpanCount - rejected);
        if (result.Rejected <= 0 && result.Message.Length == 0) return;
        Count(_rejected, request.Signal, rejected);
        if (!IsFirst("partial", request.Signal, "")) return;
        logger.LogWarning(
            "Exporter {Exporter}: the destination rejected {Rejected} of {Count} {Items}: {Message}. "
            + "They are not sent again. Later partial successes are only counted (baton_exporter_rejected_spans_total).",
            exporter, result.Rejected, request.SpanCount, Items(request.Signal), result.Message);
    }

    /// <summary>The destination refused the request for good.</summary>
    public void Refused(ExportRequest request, ExportResult result)
    {
        Count(_failed, request.Signal, request.SpanCount);
        if (!IsFirst("refused", request.Signal, result.Kind)) return;
        logger.LogError(
            "Exporter {Exporter}: the destination refused {Count} {Items} for good, and they are dropped. {Kind}: {Message}. "
            + "{Remedy} Later refusals of this kind are only counted (baton_exporter_failed_spans_total).",
            exporter, request.SpanCount, Items(request.Signal), result.Kind, result.Message, Remedy(result.Kind));
    }

    /// <summary>The request was retried for as long as retry_on_failure allows.</summary>
    public void GivenUp(ExportRequest request, ExportResult result)
    {
        Count(_failed, request.Signal, request.SpanCount);
        if (!IsFirst("given up", request.Signal, result.Kind)) return;
        logger.LogError(
            "Exporter {Exporter}: {Count} {Items} could not be delivered within what retry_on_failure allows, and are dropped. "
            + "The last answer was {Kind}: {Message}. To keep trying, set retry_on_failure.enabled: true and max_elapsed_time: 0. "
            + "Later losses of this kind are only counted (baton_exporter_failed_spans_total).",
            exporter, request.SpanCount, Items(request.Signal), result.Kind, result.Message);
    }

    /// <summary>An entry is not in the encoding that its sender stated, and the destination wants it plain.</summary>
    public void Undecodable(OtlpSignal signal, int count)
    {
        Count(_failed, signal, count);
        if (!IsFirst("undecodable", signal, "")) return;
        logger.LogError(
            "Exporter {Exporter}: {Count} {Items} cannot be decompressed, and are dropped: what was received "
            + "is not in the encoding that its sender stated. With compression: as_received it would be sent as it is.",
            exporter, count, Items(signal));
    }

    /// <summary>More waited than max_backlog allows, and the oldest was left out.</summary>
    public void Skipped(long spans)
    {
        if (!IsFirst("skipped", OtlpSignal.Traces, "")) return;
        logger.LogError(
            "Exporter {Exporter}: more waits for it than max_backlog allows. {Spans} spans, the oldest, are skipped for it, and it will never get them; other exporters are not concerned. "
            + "Look at the destination, or raise max_backlog. Later ones are only counted (baton_exporter_skipped_spans_total).",
            exporter, spans);
    }

    /// <summary>An attempt failed, and another follows.</summary>
    public void Retrying(ExportResult result, TimeSpan pause)
    {
        if (Interlocked.Exchange(ref _failing, 1) == 1) return;
        logger.LogWarning(
            "Exporter {Exporter} cannot deliver at the moment: {Kind}: {Message}. "
            + "It tries again, first in {Pause:F1} s; the journal keeps what waits.",
            exporter, result.Kind, result.Message, pause.TotalSeconds);
    }

    private static string Items(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Metrics => "data points",
        OtlpSignal.Logs => "log records",
        _ => "spans",
    };

    private static string Remedy(string kind) => kind switch
    {
        "UNAUTHENTICATED" or "PERMISSION_DENIED" => "Look at this exporter's headers.",
        "UNIMPLEMENTED" =>
            "The destination has no such service, or does not know the compression: look at the endpoint, or set compression: none.",
        "RESOURCE_EXHAUSTED" =>
            "If the message speaks of a size, lower this exporter's sending.max_batch_size, or raise the destination's limit.",
        "not OTLP" => "Look at who sends it.",
        _ => "Look at the destination's log.",
    };

    // The metrics count spans; what is lost of other signals stands in the log.
    private static void Count(Counter.Child counter, OtlpSignal signal, long spans)
    {
        if (signal == OtlpSignal.Traces) counter.Inc(spans);
    }

    private bool IsFirst(string what, OtlpSignal signal, string kind) => _logged.TryAdd((what, signal, kind), true);
}
