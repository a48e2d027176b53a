using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Baton.EndToEnd.Job;

/// <summary>
/// Moves messages from one queue to another, uninstrumented: what it publishes has the body and the message id, and no headers.
/// Prints `ready`, and `moved MESSAGE_ID` for each.
/// </summary>
internal static class StrippingHop
{
    public static async Task RunAsync(JobArguments arguments, CancellationToken stop)
    {
        await using var broker = await Broker.ConnectAsync(arguments.Amqp);
        await broker.DeclareAsync(arguments.Queue);
        await broker.DeclareAsync(arguments.To);
        var consumer = new AsyncEventingBasicConsumer(broker.Channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var stripped = new BasicProperties { MessageId = delivery.BasicProperties.MessageId, Persistent = true };
            await broker.Channel.BasicPublishAsync("", arguments.To, mandatory: true, stripped, delivery.Body);
            await broker.Channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            Console.WriteLine($"moved {delivery.BasicProperties.MessageId}");
        };
        await broker.Channel.BasicConsumeAsync(arguments.Queue, autoAck: false, consumer, stop);
        Console.WriteLine("ready");
        await stop.AsTask();
    }
}
