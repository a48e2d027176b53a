using System.CommandLine;
using System.Text.Json;

namespace Baton.Load.Generate;

/// <summary>`generate`: sends a load and says what came of it. Exit status 1 where a call failed or nothing was acknowledged.</summary>
internal static class GenerateCommand
{
    private static readonly Option<string> Endpoint = CommandOption.Of(
        "--endpoint", "127.0.0.1:4317", "host:port of an OTLP/gRPC receiver.");

    private static readonly Option<int> Connections = CommandOption.Of("--connections", 2, "HTTP/2 connections.");

    private static readonly Option<int?> InFlight = CommandOption.Of<int?>(
        "--in-flight", "Calls under way at once, over all connections; otherwise 8 from 256 spans a request on, and 16 below.");

    private static readonly Option<int> Spans = CommandOption.Of("--spans", 512, "Spans a request.");

    private static readonly Option<bool> Gzip = CommandOption.Of<bool>(
        "--gzip", "Send a pool of requests that were compressed beforehand, round and round: ids repeat.");

    private static readonly Option<int> GzipPool = CommandOption.Of("--gzip-pool", 512, "Requests in that pool.");

    private static readonly Option<int> JobLag = CommandOption.Of(
        "--job-lag", 8, "After how many requests of its call slot a job completes; 0 is within the request that publishes it.");

    private static readonly Option<double> Rate = CommandOption.Of("--rate", 0.0, "Spans a second; 0 is full speed.");
    private static readonly Option<double> WarmUp = CommandOption.Of("--warm-up", 3.0, "Seconds before what is counted.");
    private static readonly Option<double> Duration = CommandOption.Of("--duration", 6.0, "Seconds that are counted.");

    private static readonly Option<bool> Json = CommandOption.Of<bool>(
        "--json", "Print a line of JSON at the start of each phase, and the result as one.");

    public static Command Create()
    {
        var command = new Command("generate", "Sends OTLP/gRPC trace requests, 30 % of their spans in jobs that complete in time.")
        {
            Endpoint, Connections, InFlight, Spans, Gzip, GzipPool, JobLag, Rate, WarmUp, Duration, Json,
        };
        command.SetAction((parsed, stop) => RunAsync(Options(parsed), parsed.GetValue(Json), stop));
        return command;
    }

    private static LoadOptions Options(ParseResult parsed) => new(
        parsed.GetRequiredValue(Endpoint),
        Math.Max(1, parsed.GetValue(Connections)),
        parsed.GetValue(InFlight) ?? LoadOptions.DefaultInFlight(parsed.GetValue(Spans)),
        Math.Max(1, parsed.GetValue(Spans)),
        parsed.GetValue(Gzip),
        Math.Max(1, parsed.GetValue(GzipPool)),
        Math.Max(0, parsed.GetValue(JobLag)),
        parsed.GetValue(Rate),
        TimeSpan.FromSeconds(parsed.GetValue(WarmUp)),
        TimeSpan.FromSeconds(parsed.GetValue(Duration)));

    private static async Task<int> RunAsync(LoadOptions options, bool json, CancellationToken stop)
    {
        var run = new LoadRun(options, phase => Print(json, new GeneratorLine(phase.ToString(), null), $"{phase} …"));
        var result = await run.RunAsync(stop);
        Print(json, new GeneratorLine(GeneratorLine.Done, result), result.ToString());
        return result.Failed == 0 && result.Acknowledged > 0 ? 0 : 1;
    }

    private static void Print(bool json, GeneratorLine line, string text) =>
        Console.WriteLine(json ? JsonSerializer.Serialize(line, JsonSerializerOptions.Web) : text);
}

/// <summary>A line of JSON that `generate --json` prints.</summary>
/// <param name="Event">The phase that begins, or <see cref="Done"/>.</param>
/// <param name="Result">With the last line only.</param>
internal sealed record GeneratorLine(string Event, LoadResult? Result)
{
    public const string Done = "Done";
}
