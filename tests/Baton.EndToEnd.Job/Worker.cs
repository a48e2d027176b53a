using System.Diagnostics;
using OpenTelemetry.Trace;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Baton.EndToEnd.Job;

/// <summary>
/// Takes jobs one at a time and confirms each only when it is done: a worker that dies in the middle leaves its job to the next one.
/// Prints `ready`, and `woken MESSAGE_ID`, `completed MESSAGE_ID` for each job.
/// </summary>
internal static class Worker
{
    public static async Task RunAsync(JobArguments arguments, CancellationToken stop)
    {
        using var tracing = Tracing.Start("render-worker", arguments);
        await using (var broker = await Broker.ConnectAsync(arguments.Amqp))
        {
            await broker.DeclareAsync(arguments.Queue);
            await broker.Channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 1, global: false, stop);
            var consumer = new AsyncEventingBasicConsumer(broker.Channel);
            consumer.ReceivedAsync += async (_, delivery) =>
            {
                await DoAsync(delivery, arguments, tracing);
                await broker.Channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
                Console.WriteLine($"completed {delivery.BasicProperties.MessageId}");
            };
            await broker.Channel.BasicConsumeAsync(arguments.Queue, autoAck: false, consumer, stop);
            Console.WriteLine("ready");
            await stop.AsTask();
        }
        // To dispose of it waits for a few seconds only.
        tracing.ForceFlush();
    }

    private static async Task DoAsync(BasicDeliverEventArgs delivery, JobArguments arguments, TracerProvider tracing)
    {
        using (Tracing.Application.StartActivity("worker.ack_wake", ActivityKind.Consumer))
        {
        }
        using (Tracing.Application.StartActivity("worker.run"))
        {
            if (arguments.Stall)
            {
                // What a worker has exported before it is killed is what its periodic export had time for.
                tracing.ForceFlush();
                Console.WriteLine($"woken {delivery.BasicProperties.MessageId}");
                await Task.Delay(Timeout.Infinite);
            }
            Console.WriteLine($"woken {delivery.BasicProperties.MessageId}");
            await Task.Delay(arguments.RunFor);
        }
        using (Tracing.Application.StartActivity("worker.complete"))
        {
        }
    }
}
