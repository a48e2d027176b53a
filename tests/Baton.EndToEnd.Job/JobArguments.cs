namespace Baton.EndToEnd.Job;

/// <summary>What the command line says.</summary>
internal sealed record JobArguments(string Command, IReadOnlyDictionary<string, string> Options)
{
    public const string Usage = """
        produce --amqp URI --queue NAME --otlp URI [--protocol grpc|http] [--count N]
        work    --amqp URI --queue NAME --otlp URI [--protocol grpc|http] [--run-for MILLISECONDS] [--stall yes]
        relay   --amqp URI --queue NAME --to NAME
        """;

    public Uri Amqp => new(Options["amqp"]);

    public string Queue => Options["queue"];

    public string To => Options["to"];

    public Uri Otlp => new(Options["otlp"]);

    public bool Grpc => Options.GetValueOrDefault("protocol", "grpc") == "grpc";

    public int Count => int.Parse(Options.GetValueOrDefault("count", "1"), null);

    /// <summary>How long `worker.run` lasts.</summary>
    public TimeSpan RunFor => TimeSpan.FromMilliseconds(int.Parse(Options.GetValueOrDefault("run-for", "20"), null));

    /// <summary>Whether the worker hangs in the middle of the job until it is killed.</summary>
    public bool Stall => Options.ContainsKey("stall");

    /// <summary>Null where the command line is not one of <see cref="Usage"/>.</summary>
    public static JobArguments? Parse(string[] args)
    {
        if (args is not ["produce" or "work" or "relay", ..] || args.Length % 2 == 0)
            return null;
        var options = args.Skip(1).Chunk(2).ToDictionary(pair => pair[0].TrimStart('-'), pair => pair[1]);
        var needed = args[0] == "relay" ? new[] { "amqp", "queue", "to" } : ["amqp", "queue", "otlp"];
        return needed.All(options.ContainsKey) ? new(args[0], options) : null;
    }
}
