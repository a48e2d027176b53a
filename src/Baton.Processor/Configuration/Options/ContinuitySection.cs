using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>Which jobs are followed, and when silence is a failure.</summary>
internal sealed record ContinuitySection
{
    /// <summary>How long spans may take from their end to Baton. Every deadline is told this much after it passed.</summary>
    /// <remarks>SDKs export every 5 s, and a Collector on the way may batch once more: twice that.</remarks>
    [Option(Max = "1h")]
    public TimeSpan ExportLag { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Intake that was steady (a request of any signal in each of ten such windows in a row), and then brings nothing for this long, has stopped:
    /// no deadline is told until a request arrives and <c>settle</c> has passed. A pause of Baton's own clock longer than this counts as a start.
    /// </summary>
    /// <remarks>Six of the SDKs' export intervals: senders in health, and a busy machine, pause for less.</remarks>
    [Option(Min = "100ms", Max = "1h")]
    public TimeSpan BlindAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long senders may back off after an outage or a restart. What was recovered, or waited while intake had stopped, is not told before.
    /// </summary>
    /// <remarks>The longest interval between two retries of the Collector's exporters.</remarks>
    [Option(Max = "1h")]
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long senders keep what they could not deliver. What waited through a longer outage, or was itself published that late, becomes
    /// <c>unknown</c> instead of missed.
    /// </summary>
    /// <remarks>The Collector's exporters give up after 5 minutes.</remarks>
    [Option(Max = "24h")]
    public TimeSpan SenderRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a closed handoff, and a consumer whose producer is not known, is remembered: for late, repeated and out-of-order spans.
    /// </summary>
    /// <remarks>As long as senders retry: nothing of the same trace should come later than that.</remarks>
    [Option(Min = "100ms", Max = "24h")]
    public TimeSpan Remember { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a missed handoff is remembered, so that a late completion is told.</summary>
    /// <remarks>Whoever was paged looks within the hour; a completion after that is found in the trace itself.</remarks>
    [Option(Min = "100ms", Max = "168h")]
    public TimeSpan LateWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The kinds of jobs to follow; the first whose <c>produce</c> matches owns a handoff.</summary>
    [Option]
    public IReadOnlyList<RelayOptions> Relays { get; init; } = [];

    /// <summary>
    /// The built-in relay <c>callback</c>: published by <c>produce.*</c>, acknowledged by <c>worker.ack_wake</c>, completed by
    /// <c>worker.complete</c>. Asked after the relays of the file; its deadlines are told once a completion was seen.
    /// </summary>
    [Option]
    public BuiltInRelayOptions CallbackRelay { get; init; } = new();

    /// <summary>
    /// The built-in relay <c>default</c>: every other producing span, by its kind and its messaging attributes. Asked last.
    /// </summary>
    [Option]
    public DefaultRelayOptions DefaultRelay { get; init; } = new();

    /// <summary>When a queue presses, and a worker is thrashing.</summary>
    [Option]
    public BackpressureOptions Backpressure { get; init; } = new();

    /// <summary>How much is kept of what senders may multiply without end.</summary>
    [Option]
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>The names of the spans that Baton adds.</summary>
    [Option]
    public SpanNamesOptions Spans { get; init; } = new();
}

/// <summary>The names of the spans that Baton adds.</summary>
internal sealed record SpanNamesOptions
{
    /// <summary>An ERROR span in the producer's trace: a deadline passed.</summary>
    /// <remarks>Beside <c>worker.complete</c>, which it stands in for.</remarks>
    [Option]
    public string Deadline { get; init; } = "worker.deadline";

    /// <summary>An ERROR span in the worker's trace: the worker ran without the trace's context.</summary>
    /// <remarks>The same family of names as the deadline span.</remarks>
    [Option]
    public string Orphan { get; init; } = "worker.orphan";

    /// <summary>A span in the producer's trace: where a job ran whose worker lost the trace's context.</summary>
    /// <remarks>It stitches both traces together, by a link each way.</remarks>
    [Option]
    public string Stitch { get; init; } = "worker.stitch";

    /// <summary>A span in the producer's trace: the job completed after all.</summary>
    /// <remarks>The same family of names as the deadline span.</remarks>
    [Option]
    public string Recovered { get; init; } = "worker.recovered";
}
