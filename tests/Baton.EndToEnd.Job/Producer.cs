using System.Diagnostics;
using System.Text;
using OpenTelemetry.Trace;
using RabbitMQ.Client;

namespace Baton.EndToEnd.Job;

/// <summary>Publishes jobs. Prints `published MESSAGE_ID TRACE_ID SPAN_ID` for each, the ids of its own producing span.</summary>
internal static class Producer
{
    public static async Task RunAsync(JobArguments arguments)
    {
        using var tracing = Tracing.Start("render-api", arguments);
        await using (var broker = await Broker.ConnectAsync(arguments.Amqp))
        {
            await broker.DeclareAsync(arguments.Queue);
            for (var i = 0; i < arguments.Count; i++)
                await PublishAsync(broker.Channel, arguments.Queue, $"{arguments.Queue}-{i}");
        }
        // To dispose of it waits for a few seconds only.
        tracing.ForceFlush();
    }

    private static async Task PublishAsync(IChannel channel, string queue, string messageId)
    {
        using var produce = Tracing.Application.StartActivity("produce.render_job", ActivityKind.Producer);
        var properties = new BasicProperties { MessageId = messageId, Persistent = true };
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes("render it"));
        Console.WriteLine($"published {messageId} {produce?.TraceId} {produce?.SpanId}");
    }
}
