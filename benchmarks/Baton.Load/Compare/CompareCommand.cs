using System.CommandLine;

namespace Baton.Load.Compare;

/// <summary>`compare`: what Baton costs beside the bare hop, as one table. Exit status 1 where spans went missing or calls failed.</summary>
internal static class CompareCommand
{
    private static readonly Option<string?> Baton = new("--baton") { Description = $"The baton executable; otherwise {BatonHop.BuiltPath} of this repository." };
    private static readonly Option<string[]> BatonEnv = new("--baton-env") { Description = "NAME=VALUE for baton's environment; repeatable." };
    private static readonly Option<string[]> BatonArg = new("--baton-arg") { Description = "A further argument for baton, for example --baton-arg=--set --baton-arg=journal.durability=disk; repeatable." };
    private static readonly Option<string[]> Extra = new("--extra") { Description = "name=command of another hop; {listen}, {sink} and {directory} in the command are filled in. Repeatable." };
    private static readonly Option<string[]> Only = new("--only") { Description = "Names of the hops to run: hop, baton, or an --extra's. All otherwise.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Loads = new("--loads") { Description = "Loads: spans a request, with -gzip for compressed ones.", DefaultValueFactory = _ => ["512", "50", "512-gzip"], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 5 };
    private static readonly Option<double> Rate = new("--rate") { Description = "Spans a second; 0 is full speed." };
    private static readonly Option<double> WarmUp = new("--warm-up") { Description = "Seconds before what is counted.", DefaultValueFactory = _ => 3 };
    private static readonly Option<double> Duration = new("--duration") { Description = "Seconds that are counted.", DefaultValueFactory = _ => 6 };
    private static readonly Option<int> JobLag = new("--job-lag") { Description = "After how many requests of its call slot a job completes.", DefaultValueFactory = _ => 8 };
    private static readonly Option<string> Data = new("--data") { Description = "Directory for the hops' temporary ones; its disk matters.", DefaultValueFactory = _ => Path.GetTempPath() };
    private static readonly Option<string?> Results = new("--results") { Description = "Directory for the report; otherwise benchmarks/results of this repository." };

    public static Command Create()
    {
        var command = new Command("compare", "Runs sink, load, bare hop and baton in turn, and prints CPU per million spans as a Markdown table.")
        {
            Baton, BatonEnv, BatonArg, Extra, Only, Loads, Rounds, Rate, WarmUp, Duration, JobLag, Data, Results,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            string? repository = Repository.Root();
            var options = Options(parsed, repository);
            var hops = Hops(parsed, repository);
            var cells = await new Comparison(options, hops).RunAsync(stop);
            string commit = await MachineDescription.CommitAsync(repository ?? ".", stop);
            string report = Report.Write(options, hops, cells, MachineDescription.Text(commit));
            Console.WriteLine(report);
            Directory.CreateDirectory(options.Results);
            string file = Path.Combine(options.Results, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}-{commit}.md");
            await File.WriteAllTextAsync(file, report, stop);
            await Console.Error.WriteLineAsync($"written to {file}");
            return cells.All(cell => cell is { Missing: 0, FailedCalls: 0 }) ? 0 : 1;
        }
        catch (RigFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static CompareOptions Options(ParseResult parsed, string? repository) => new(
        Math.Max(1, parsed.GetValue(Rounds)),
        [.. parsed.GetRequiredValue(Loads).Select(text => LoadShape.Parse(text) ?? throw new RigFailure($"--loads {text}: give a number of spans, with -gzip for compressed requests"))],
        parsed.GetValue(Rate), parsed.GetValue(WarmUp), Math.Max(1, parsed.GetValue(Duration)), parsed.GetValue(JobLag),
        parsed.GetRequiredValue(Data),
        parsed.GetValue(Results) ?? Path.Combine(repository ?? ".", "benchmarks", "results"));

    private static List<HopUnderTest> Hops(ParseResult parsed, string? repository)
    {
        string[] only = parsed.GetValue(Only) ?? [];
        bool Wanted(string name) => only.Length == 0 || only.Contains(name);
        List<HopUnderTest> hops = [];
        if (Wanted("hop")) hops.Add(new BareHop());
        if (Wanted("baton")) hops.Add(new BatonHop(Executable(parsed, repository), Environment(parsed), parsed.GetValue(BatonArg) ?? []));
        hops.AddRange((parsed.GetValue(Extra) ?? [])
            .Select(text => ExtraHop.Parse(text) ?? throw new RigFailure($"--extra {text}: give name=command"))
            .Where(hop => Wanted(hop.Name)));
        return hops.Count > 0 ? hops : throw new RigFailure($"--only {string.Join(' ', only)}: no such hop; there are hop, baton, and those of --extra");
    }

    private static string Executable(ParseResult parsed, string? repository)
    {
        string path = Path.GetFullPath(parsed.GetValue(Baton) ?? Path.Combine(repository ?? ".", BatonHop.BuiltPath));
        return File.Exists(path)
            ? path
            : throw new RigFailure($"there is no {path}: build it with `dotnet build src/Baton.Processor -c Release`, or give --baton, or --only hop");
    }

    private static Dictionary<string, string> Environment(ParseResult parsed)
    {
        var pairs = (parsed.GetValue(BatonEnv) ?? []).Select(text => text.Split('=', 2)).ToList();
        if (pairs.Find(pair => pair.Length < 2) is { } wrong) throw new RigFailure($"--baton-env {wrong[0]}: give NAME=VALUE");
        return pairs.ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
