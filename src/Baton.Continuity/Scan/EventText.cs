using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

// Part of the layout of the event section of a journal entry (EventRecords.cs): a change needs a new version of the journal.

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
