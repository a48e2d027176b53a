using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.WebConsole;

/// <summary>A handoff that broke, or a worker that ran outside of any, as Baton's own span told it. Times in Unix nanoseconds, 0 where unknown.</summary>
internal sealed record BrokenHandoff
{
    // Enough for what a person reads; a hostile sender's names do not fill the memory.
    private const int MaxText = 256;
    private const int MaxMissing = 20;

    /// <summary>The handoff's trace (the worker's, for an orphan).</summary>
    public required TraceId TraceId { get; init; }

    /// <summary>The producing span (the worker's, for an orphan).</summary>
    public required SpanId SpanId { get; init; }

    /// <summary>A worker without context, and not a handoff.</summary>
    public bool IsOrphan { get; init; }

    /// <summary>The relay's name.</summary>
    public required string Relay { get; init; }

    /// <summary>What was concluded at first.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Which deadline passed.</summary>
    public DeadlineKind Deadline { get; init; }

    /// <summary>What was known then.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>service.name of the producer (of the worker, for an orphan).</summary>
    public string Service { get; init; } = "";

    /// <summary>When it was told.</summary>
    public long ToldAt { get; init; }

    /// <summary>End of the producing span (start of the worker's, for an orphan).</summary>
    public long PublishedAt { get; init; }

    /// <summary>When it was promised for.</summary>
    public long DeadlineAt { get; init; }

    /// <summary>How long the promise was, in seconds.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>First pick-up.</summary>
    public long PickedUpAt { get; init; }

    /// <summary>How often it was picked up.</summary>
    public long Attempts { get; init; }

    /// <summary>Completion, late or told too early.</summary>
    public long CompletedAt { get; init; }

    /// <summary>It was told too early.</summary>
    public bool TakenBack { get; init; }

    /// <summary>End of an orphan.</summary>
    public long EndedAt { get; init; }

    /// <summary>Who picked it up, or usually does.</summary>
    public string Worker { get; init; } = "";

    /// <summary>The last sign of life of that service, RFC 3339.</summary>
    public string WorkerLastSeen { get; init; } = "";

    /// <summary>How the pick-up, or the orphan's producer, was found.</summary>
    public string Match { get; init; } = "";

    /// <summary>The latest pick-up (the producer, for an orphan): trace and span, in hexadecimal.</summary>
    public (string TraceId, string SpanId) Linked { get; init; }

    /// <summary>How many others waited in its channel.</summary>
    public long? Backlog { get; init; }

    /// <summary>Values that were expected to complete and did not.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The first job id.</summary>
    public string JobId { get; init; } = "";

    /// <summary>messaging.system.</summary>
    public string System { get; init; } = "";

    /// <summary>The destination's name.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The message id.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>It is still missed: neither completed nor taken back. An orphan has run, and is not.</summary>
    public bool IsOpen => !IsOrphan && CompletedAt == 0 && !TakenBack;

    /// <summary>What a deadline or an orphan span says.</summary>
    public static BrokenHandoff Of(in ToldSpan told)
    {
        var span = told.Span;
        var wakeUp = Number(span, "baton.wake_up.seconds");
        return new BrokenHandoff
        {
            TraceId = told.TraceId,
            SpanId = told.About,
            IsOrphan = told.Kind == SynthesizedKind.Orphan,
            Relay = Text(span, "baton.relay"),
            Verdict = told.Verdict,
            Deadline = told.Deadline,
            Evidence = Text(span, "baton.evidence"),
            Service = Cut(told.Service),
            ToldAt = told.ToldAtUnixNanos,
            PublishedAt = (long)span.StartTimeUnixNano,
            EndedAt = (long)span.EndTimeUnixNano,
            DeadlineAt = told.DeadlineAtUnixNanos,
            DeadlineSeconds = Number(span, "baton.deadline.seconds"),
            PickedUpAt = wakeUp is { } seconds ? (long)span.StartTimeUnixNano + Nanos(seconds) : 0,
            Attempts = Find(span, "baton.attempts")?.IntValue ?? 0,
            Worker = Text(span, "baton.worker.service"),
            WorkerLastSeen = Text(span, "baton.worker.last_seen"),
            Match = Text(span, "baton.match"),
            Linked = span.Links is [var link, ..] ? (Convert.ToHexStringLower(link.TraceId.Span), Convert.ToHexStringLower(link.SpanId.Span)) : default,
            Backlog = Find(span, "baton.destination.backlog")?.IntValue,
            Missing = [.. (Find(span, "baton.missing")?.ArrayValue?.Values ?? []).Take(MaxMissing).Select(value => Cut(value.StringValue))],
            JobId = Text(span, "baton.job_id"),
            System = Text(span, "messaging.system"),
            Destination = Text(span, "messaging.destination.name"),
            MessageId = Text(span, "messaging.message.id"),
        };
    }

    /// <summary>The same handoff, with what a recovery span adds.</summary>
    public BrokenHandoff With(in ToldSpan recovered)
    {
        var span = recovered.Span;
        return this with
        {
            TakenBack = Text(span, "baton.evidence").Length > 0,
            CompletedAt = Number(span, "baton.full_link.seconds") is { } seconds ? PublishedAt + Nanos(seconds) : 0,
            PickedUpAt = Number(span, "baton.wake_up.seconds") is { } wakeUp ? PublishedAt + Nanos(wakeUp) : PickedUpAt,
            Attempts = Find(span, "baton.attempts")?.IntValue ?? Attempts,
        };
    }

    private static AnyValue? Find(Span span, string key) => span.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value;

    private static string Text(Span span, string key) => Cut(Find(span, key)?.StringValue ?? "");

    private static double? Number(Span span, string key) => Find(span, key)?.DoubleValue;

    private static long Nanos(double seconds) => (long)(seconds * 1e9);

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
}
