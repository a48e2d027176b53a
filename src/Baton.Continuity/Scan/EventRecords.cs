using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

// The layout of the event section of a journal entry: records, one after another, little-endian, unaligned.
// What stands here is a file format: a change needs a new version of the journal.

/// <summary>The kinds of record that stand in the event section of a journal entry.</summary>
public enum EventKind : byte
{
    /// <summary>A resource of the request: who sent the spans that refer to it (<see cref="ResourceEventHeader"/>).</summary>
    Resource = 1,

    /// <summary>A span that has a role (<see cref="SpanEventHeader"/>).</summary>
    Span = 2,

    /// <summary>A sign of life: spans without a role, where a relay has a heartbeat (<see cref="BeatEvent"/>).</summary>
    Beat = 3,

    /// <summary>A verdict of Baton's own, with the synthesized span that told it.</summary>
    Verdict = 16,

    /// <summary>A start of Baton, or the end of a suspension: what waited is held back for a while (<see cref="SightEventHeader"/>).</summary>
    Start = 17,

    /// <summary>The relays in force from here on, by index.</summary>
    Relays = 18,

    /// <summary>Intake had been steady, and stopped (<see cref="SightEventHeader"/>). The next request ends it.</summary>
    IntakeStopped = 19,

    /// <summary>Baton watches, and nothing arrives (<see cref="SightEventHeader"/>): so that a gap in the journal is a time in which it did not.</summary>
    Watching = 20,
}

/// <summary>An edge of what Baton could see.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SightEventHeader
{
    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>
    /// Until when Baton had watched before a start; the last request before a stop of intake; Unix nanoseconds. 0 where there was none.
    /// </summary>
    public long Since;
}

/// <summary>Begins every record: its whole length, so that a reader can skip a kind that it does not know.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EventHeader
{
    /// <summary>Bytes of the record, this header included.</summary>
    public uint Length;

    /// <summary>What follows.</summary>
    public EventKind Kind;
}

/// <summary>The fixed part of a resource's record; its names follow as texts.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct ResourceEventHeader
{
    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>The latest end of any span of this resource in the request, Unix nanoseconds; 0 where it has no span.</summary>
    public long LatestEndUnixNanos;

    /// <summary>The number of texts that follow.</summary>
    public ushort TextCount;
}

/// <summary>
/// The fixed part of a span's record. After it stand, in this order: <see cref="RoleCount"/> × <see cref="RelayRole"/>,
/// <see cref="LinkCount"/> × <see cref="LinkTarget"/>, <see cref="TextCount"/> × texts (<see cref="EventText"/>, then its bytes).
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SpanEventHeader
{
    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>The span's trace.</summary>
    public TraceId TraceId;

    /// <summary>The span itself.</summary>
    public SpanId SpanId;

    /// <summary>Its parent; zero for a root (an empty parent and one of eight zero bytes are the same).</summary>
    public SpanId ParentSpanId;

    /// <summary>Start, Unix nanoseconds; values beyond 2^63-1 are clamped to it.</summary>
    public long StartUnixNanos;

    /// <summary>End, Unix nanoseconds, clamped likewise and never before the start.</summary>
    public long EndUnixNanos;

    /// <summary>The span's place in its request, from 0: the second part of every event's order.</summary>
    public int SpanIndex;

    /// <summary>The place of its resource's record among the resource records of this event section, from 0.</summary>
    public ushort ResourceIndex;

    /// <summary>Index of the relay whose `produce` it meets first, or -1.</summary>
    public short ProduceRelay;

    /// <summary>OTLP's span kind, 0 to 5.</summary>
    public byte SpanKind;

    /// <summary>messaging.operation.type, the legacy name and values included.</summary>
    public OperationType Operation;

    /// <summary>What the scan saw of the span.</summary>
    public SpanTraits Traits;

    /// <summary>messaging.batch.message_count or bullmq.job.bulk.count; 0 where not given.</summary>
    public uint BatchCount;

    /// <summary>The number of relay roles that follow.</summary>
    public ushort RoleCount;

    /// <summary>The number of links that follow: valid ones only.</summary>
    public ushort LinkCount;

    /// <summary>The number of texts that follow.</summary>
    public ushort TextCount;
}

/// <summary>What a messaging span does, by messaging.operation.type (or the legacy messaging.operation).</summary>
public enum OperationType : byte
{
    /// <summary>Absent or not one of the conventions' values.</summary>
    None,

    /// <summary>Creates a message; in a batch, one span per message.</summary>
    Create,

    /// <summary>Sends (legacy: publish).</summary>
    Send,

    /// <summary>Fetches messages; says nothing of their processing.</summary>
    Receive,

    /// <summary>Processes (legacy: deliver).</summary>
    Process,

    /// <summary>Settles: acknowledges to the broker, after the fact.</summary>
    Settle,
}

/// <summary>Facts of a span, beyond its fields, that decide roles and verdicts.</summary>
[Flags]
public enum SpanTraits : ushort
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Meets the default `acknowledge` of relays that give none.</summary>
    AcknowledgesByDefault = 1,

    /// <summary>Meets the default `complete` of relays that give none.</summary>
    CompletesByDefault = 2,

    /// <summary>Status is ERROR.</summary>
    StatusError = 4,

    /// <summary>Status ERROR, or `error.type`, or an event `exception` or `job failed`: a failed attempt.</summary>
    FailedAttempt = 8,

    /// <summary>Has an attribute of a messaging library (`messaging.*` or `bullmq.*`).</summary>
    HasMessagingAttributes = 16,

    /// <summary>A `receive` whose messaging.batch.message_count is 0: it took nothing.</summary>
    ReceivedNothing = 32,

    /// <summary>The span had more links than are kept.</summary>
    LinksCut = 64,
}

/// <summary>One relay's given conditions that a span meets.</summary>
/// <param name="Relay">Index of the relay in the configuration's order.</param>
/// <param name="Roles">Which of its conditions.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct RelayRole(ushort Relay, RelayRoles Roles);

/// <summary>Consumer-side roles that a relay's own conditions give a span.</summary>
[Flags]
public enum RelayRoles : byte
{
    /// <summary>No role.</summary>
    None = 0,

    /// <summary>Meets the relay's given `acknowledge`.</summary>
    Acknowledge = 1,

    /// <summary>Meets the relay's given `complete`.</summary>
    Complete = 2,

    /// <summary>Meets the relay's `dead_letter`.</summary>
    DeadLetter = 4,
}

/// <summary>A context that a span links to; never zero.</summary>
/// <param name="TraceId">The linked trace.</param>
/// <param name="SpanId">The linked span.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct LinkTarget(TraceId TraceId, SpanId SpanId);

/// <summary>What a text of an event is.</summary>
public enum TextKind : byte
{
    /// <summary>service.name of a resource.</summary>
    ServiceName = 1,

    /// <summary>service.namespace of a resource.</summary>
    ServiceNamespace = 2,

    /// <summary>service.instance.id of a resource.</summary>
    ServiceInstance = 3,

    /// <summary>deployment.environment.name (or deployment.environment) of a resource.</summary>
    Environment = 4,

    /// <summary>messaging.system (`bullmq` where only BullMQ's attributes are there).</summary>
    System = 16,

    /// <summary>messaging.destination.name, its legacy name, or bullmq.queue.name.</summary>
    Destination = 17,

    /// <summary>The routing key (messaging.rabbitmq.destination.routing_key) or its like.</summary>
    RoutingKey = 18,

    /// <summary>messaging.message.id or its legacy name.</summary>
    MessageId = 19,

    /// <summary>
    /// A job id; index = place of its key in the plan; the first 16 bytes are its hash, then at most 64 bytes of text, none where it is
    /// the message id alone. They stand last among the texts.
    /// </summary>
    JobId = 20,

    /// <summary>messaging.message.id of a link; index = place of the link in the record.</summary>
    LinkMessageId = 21,

    /// <summary>How many completions a producing span expects, as its relay's attribute says: a little-endian uint, 0 for a value that is no such number.</summary>
    ExpectedCount = 24,

    /// <summary>By when a producing span wants its job done, in its relay's attribute: a <see cref="StatedTime"/>.</summary>
    Deadline = 26,

    /// <summary>Before when a producing span does not want its job begun, in its relay's attribute: a <see cref="StatedTime"/>.</summary>
    NotBefore = 27,

    /// <summary>Which of the expected a completing span is; index = the relay whose attribute says so.</summary>
    Member = 25,
}

/// <summary>The head of a text: its bytes (UTF-8) follow.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Which one, for kinds that come more than once.</param>
/// <param name="Length">Bytes that follow.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct EventText(TextKind Kind, ushort Index, ushort Length);
