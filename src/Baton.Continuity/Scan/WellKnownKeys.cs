namespace Baton.Continuity.Scan;

/// <summary>
/// The attributes that every plan looks for; the members' values are their slots. Names are those of the messaging conventions
/// (opentelemetry.io, semantic conventions, "Messaging spans"), today's and the older ones that are still on the wire.
/// </summary>
internal enum SpanKey
{
    OperationType,
    LegacyOperation,
    BullQueueOperation,
    System,
    Destination,
    LegacyDestination,
    BullQueueName,
    RoutingKey,
    LegacyRoutingKey,
    MessageId,
    LegacyMessageId,
    BatchMessageCount,
    BullBulkCount,
    ErrorType,
}

/// <summary>The resource attributes that every plan looks for; the members' values are their slots.</summary>
internal enum ResourceKey
{
    ServiceName,
    ServiceNamespace,
    ServiceInstance,
    Environment,
    LegacyEnvironment,
}

/// <summary>The attributes of links that are looked for; the members' values are their slots.</summary>
internal enum LinkKey
{
    MessageId,
    LegacyMessageId,
}

/// <summary>The spelling of the well-known keys.</summary>
internal static class WellKnownKeys
{
    private static readonly string[] Span =
    [
        "messaging.operation.type",
        "messaging.operation",
        "bullmq.queue.operation",
        "messaging.system",
        "messaging.destination.name",
        "messaging.destination",
        "bullmq.queue.name",
        "messaging.rabbitmq.destination.routing_key",
        "messaging.rabbitmq.routing_key",
        "messaging.message.id",
        "messaging.message_id",
        "messaging.batch.message_count",
        "bullmq.job.bulk.count",
        "error.type",
    ];

    private static readonly string[] Resource =
    [
        "service.name",
        "service.namespace",
        "service.instance.id",
        "deployment.environment.name",
        "deployment.environment",
    ];

    /// <summary>The attribute that names a message.</summary>
    public const string MessageId = "messaging.message.id";

    /// <summary>The older name of an attribute, which is still on the wire; null where there is none.</summary>
    public static string? LegacyOf(string name) => name switch
    {
        MessageId => "messaging.message_id",
        "messaging.message.conversation_id" => "messaging.conversation_id",
        "messaging.destination.name" => "messaging.destination",
        "messaging.rabbitmq.destination.routing_key" => "messaging.rabbitmq.routing_key",
        _ => null,
    };

    /// <summary>A new index whose first slots are <see cref="SpanKey"/>.</summary>
    public static KeyIndex OfSpans() => IndexOf(Span);

    /// <summary>A new index whose first slots are <see cref="ResourceKey"/>.</summary>
    public static KeyIndex OfResources() => IndexOf(Resource);

    /// <summary>A new index whose slots are <see cref="LinkKey"/>.</summary>
    public static KeyIndex OfLinks() => IndexOf(["messaging.message.id", "messaging.message_id"]);

    private static KeyIndex IndexOf(string[] keys)
    {
        var index = new KeyIndex();
        foreach (var key in keys)
        {
            index.Add(key);
        }
        return index;
    }
}
