using Baton.Testing.Processes;
using RabbitMQ.Client;

namespace Baton.EndToEnd.Tests.RenderJob;

/// <summary>What an operator does to a queue.</summary>
internal static class Queues
{
    /// <summary>Empties it, and says how many messages were lost.</summary>
    public static async Task<uint> PurgeAsync(RabbitMqBroker broker, string queue)
    {
        await using var connection = await Patient(broker).CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.QueuePurgeAsync(queue);
    }

    private static ConnectionFactory Patient(RabbitMqBroker broker)
    {
        var patience = TimeSpan.FromMinutes(5);
        return new ConnectionFactory { Uri = broker.Uri, RequestedConnectionTimeout = patience, HandshakeContinuationTimeout = patience, ContinuationTimeout = patience };
    }
}
