using System.Globalization;
using System.Text.Json;
using Baton.Load.Generate;

namespace Baton.Load.Compare;

/// <summary>`generate` as a child, and what it says of its phases.</summary>
internal sealed class GeneratorProcess(CompareOptions options, LoadShape load, int port) : IAsyncDisposable
{
    /// <summary>What preparing (a pool to compress) and the last requests may take beyond the load's own time.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(3);

    public ChildProcess Process { get; } = ChildProcess.StartSelf(
    [
        "generate", "--json", "--endpoint", $"127.0.0.1:{port}", "--spans", $"{load.Spans}", "--job-lag", $"{options.JobLag}",
        "--rate", Text(load.Rate > 0 ? load.Rate : options.Rate), "--warm-up", Text(options.WarmUp), "--duration", Text(options.Duration),
        .. load.Gzip ? ["--gzip", "--gzip-pool", $"{options.GzipPool}"] : Array.Empty<string>(),
    ]);

    /// <summary>Returns when the generator enters the phase; phases are to be awaited in their order, from the counting on.</summary>
    public async Task EntersAsync(Phase phase, CancellationToken stop)
    {
        var line = await LineAsync(stop);
        if (line.Event != phase.ToString()) throw new RigFailure($"the generator said {line.Event} instead of {phase}");
    }

    public async Task<LoadResult> ResultAsync(CancellationToken stop) =>
        (await LineAsync(stop)).Result ?? throw new RigFailure("the generator ended its load without a result");

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task<GeneratorLine> LineAsync(CancellationToken stop)
    {
        var patience = TimeSpan.FromSeconds(options.WarmUp + options.Duration) + Slack;
        string line = await Process.ReadLineAsync("the generator", patience, stop);
        return JsonSerializer.Deserialize<GeneratorLine>(line, JsonSerializerOptions.Web)!;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
