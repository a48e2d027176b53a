using Baton.Testing.Processes;
using Baton.Testing.Sink;

namespace Baton.Simulation.Kills;

/// <summary>
/// The real process under load over gRPC, killed with SIGKILL at random moments, in front of a backend that refuses, hangs and breaks connections. Afterwards everything that was acknowledged must have arrived,
/// and each lost job have been told, under one id, and no other.
/// </summary>
/// <param name="durability">journal.durability: <c>os</c> or <c>disk</c>.</param>
/// <param name="seed">Of the moments and the answers.</param>
public sealed class KillCampaign(string durability, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Random _random = new(seed);

    /// <summary>Told of each round.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>True to end the process with SIGTERM instead: it must exit with 0, and replay nothing afterwards.</summary>
    public bool Gracefully { get; init; }

    /// <summary>Runs.</summary>
    /// <param name="rounds">How often the process is killed.</param>
    /// <param name="senders">How many send at once.</param>
    /// <exception cref="BrokenPromiseException">Something is lost or invented.</exception>
    public async Task<KillReport> RunAsync(int rounds, int senders = 8)
    {
        await using var sink = await RecordingSink.StartAsync();
        var answers = new Random(seed);
        sink.Otherwise(_ =>
        {
            lock (answers) return Answer(answers.Next(12));
        });
        await using var baton = await BatonProcess.StartAsync(RenderJobYaml.Of(sink, exportLag: 3, settle: 8, scheduleToStart: 10, scheduleToClose: 15), durability);
        var load = new KillLoad(baton.GrpcEndpoint, senders);
        for (var round = 1; round <= rounds; round++)
        {
            await Task.Delay(_random.Next(200, 3_000));
            if (Gracefully) await StopAsync(baton);
            else await baton.KillAsync();
            await Task.Delay(_random.Next(0, 500));
            await baton.RestartAsync();
            if (Gracefully && !baton.Output.Any(line => line.Contains(" 0 journal entries were replayed", StringComparison.Ordinal)))
                throw new BrokenPromiseException($"After a graceful stop the journal was replayed:{Environment.NewLine}{string.Join(Environment.NewLine, baton.Output)}");
            Progress($"round {round}: killed and ready again; {load.Acknowledged} spans acknowledged so far");
        }
        await load.StopAsync();
        sink.Otherwise(_ => SinkAnswer.Ok);
        return await VerdictAsync(rounds, load, sink, baton);
    }

    private static async Task StopAsync(BatonProcess baton)
    {
        if (await baton.TerminateAsync() is not 0 and var code)
            throw new BrokenPromiseException($"A graceful stop ended with {code}:{Environment.NewLine}{string.Join(Environment.NewLine, baton.Output)}");
    }

    private static SinkAnswer Answer(int dice) => dice switch
    {
        0 => SinkAnswer.Unavailable(),
        1 => SinkAnswer.Exhausted(TimeSpan.FromMilliseconds(200)),
        2 => SinkAnswer.ConnectionReset,
        3 => SinkAnswer.TakenThenConnectionReset,
        4 => SinkAnswer.Ok with { Delay = TimeSpan.FromMilliseconds(300) },
        _ => SinkAnswer.Ok,
    };

    private static async Task<KillReport> VerdictAsync(int rounds, KillLoad load, RecordingSink sink, BatonProcess baton)
    {
        var report = KillReport.Of(rounds, load, sink.Spans);
        for (var waited = TimeSpan.Zero; !report.IsComplete && waited < Patience; waited += TimeSpan.FromSeconds(1))
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            report = KillReport.Of(rounds, load, sink.Spans);
        }
        if (!report.IsComplete || report.Repeated > 0 || report.Invented > 0)
            throw new BrokenPromiseException($"{report}{Environment.NewLine}{string.Join(Environment.NewLine, baton.Output.TakeLast(20))}");
        return report;
    }
}
