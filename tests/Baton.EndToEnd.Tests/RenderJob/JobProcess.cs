using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.RenderJob;

/// <summary>Starts the producer, the worker and the header-stripping hop of tests/Baton.EndToEnd.Job.</summary>
internal static class JobProcess
{
    /// <summary>Publishes jobs and ends.</summary>
    public static async Task<IReadOnlyList<Published>> ProduceAsync(RabbitMqBroker broker, string queue, Uri otlp, int count = 1)
    {
        await using var producer = Start("produce", "--amqp", $"{broker.Uri}", "--queue", queue, "--otlp", $"{otlp}", "--count", $"{count}");
        if (await producer.WaitForExitAsync() is not 0 and var code)
            throw new InvalidOperationException($"The producer ended with {code}: {string.Join(Environment.NewLine, producer.Output)}");
        return [.. producer.Output.Select(line => line.Split(' ')).Where(words => words[0] == "published")
            .Select(words => new Published(words[1], words[2], words[3]))];
    }

    /// <summary>A worker that is consuming.</summary>
    public static async Task<ChildProcess> WorkAsync(RabbitMqBroker broker, string queue, Uri otlp, params string[] more) =>
        await ReadyAsync(Start(["work", "--amqp", $"{broker.Uri}", "--queue", queue, "--otlp", $"{otlp}", .. more]));

    /// <summary>The hop from one queue to another that drops the headers.</summary>
    public static async Task<ChildProcess> RelayAsync(RabbitMqBroker broker, string from, string to) =>
        await ReadyAsync(Start("relay", "--amqp", $"{broker.Uri}", "--queue", from, "--to", to));

    /// <summary>Ends a worker in order: what it has to export, it exports.</summary>
    public static async Task StopAsync(ChildProcess worker)
    {
        worker.CloseInput();
        await worker.WaitForExitAsync();
    }

    private static ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start(ChildProcess.DotnetHost, [Path.Combine(AppContext.BaseDirectory, "Baton.EndToEnd.Job.dll"), .. arguments]);

    private static async Task<ChildProcess> ReadyAsync(ChildProcess process)
    {
        await process.WaitForLineAsync(line => line == "ready");
        return process;
    }
}

/// <summary>What the producer said of one job: the message's id, and the context of its own producing span.</summary>
internal sealed record Published(string MessageId, string TraceId, string SpanId);
