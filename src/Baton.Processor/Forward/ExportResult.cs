namespace Baton.Processor.Forward;

/// <summary>What became of one attempt.</summary>
internal enum ExportOutcome
{
    /// <summary>The destination took the request, all of it or in part.</summary>
    Accepted,

    /// <summary>Not now: the same request may be taken later.</summary>
    Retryable,

    /// <summary>Never: the same request would be refused again.</summary>
    Permanent,
}

/// <summary>The outcome of one attempt to send a request.</summary>
/// <param name="Outcome">What became of it.</param>
internal sealed record ExportResult(ExportOutcome Outcome)
{
    /// <summary>Taken, whole.</summary>
    public static ExportResult Accepted { get; } = new(ExportOutcome.Accepted);

    /// <summary>
    /// What failed, in a few words from a small set: the gRPC status or the HTTP status. Failures of one kind are logged once.
    /// </summary>
    public string Kind { get; init; } = "";

    /// <summary>What the destination said, or what broke.</summary>
    public string Message { get; init; } = "";

    /// <summary>The wait that the destination asked for, at least.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Spans (points, records) that the destination rejected of a request that it took: partial_success.</summary>
    public long Rejected { get; init; }

    /// <summary>
    /// Whether the refusal may be due to one part of a merged request, so that the others are worth sending by themselves.
    /// </summary>
    public bool MayConcernOnePart { get; init; }

    /// <summary>Whether the refusal may be due to the payload's compression, so that it is worth sending plain.</summary>
    public bool MayConcernEncoding { get; init; }

    /// <summary>Whether no answer came within the timeout.</summary>
    public bool TimedOut { get; init; }
}
