using RabbitMQ.Client;

namespace Baton.EndToEnd.Job;

/// <summary>A connection with one channel.</summary>
internal sealed class Broker : IAsyncDisposable
{
    // A machine that is busy with other things must not look like a broker that does not answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly IConnection _connection;

    private Broker(IConnection connection, IChannel channel) => (_connection, Channel) = (connection, channel);

    public IChannel Channel { get; }

    public static async Task<Broker> ConnectAsync(Uri uri)
    {
        var factory = new ConnectionFactory { Uri = uri, RequestedConnectionTimeout = Patience, HandshakeContinuationTimeout = Patience, ContinuationTimeout = Patience };
        var connection = await factory.CreateConnectionAsync();
        // With confirms a publish ends when the broker has the message, and throws if it does not take it.
        var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        return new(connection, await connection.CreateChannelAsync(confirmed));
    }

    public Task DeclareAsync(string queue) => Channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
