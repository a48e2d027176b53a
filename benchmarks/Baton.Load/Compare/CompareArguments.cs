using System.CommandLine;

namespace Baton.Load.Compare;

/// <summary>The options of `compare`, and what they say.</summary>
internal static class CompareArguments
{
    private static readonly Option<string?> Baton = CommandOption.Of<string?>(
        "--baton", $"The baton executable; otherwise {BatonHop.BuiltPath} of this repository.");

    private static readonly Option<string[]> BatonEnv = CommandOption.Of<string[]>(
        "--baton-env", "NAME=VALUE for baton's environment; repeatable.");

    private static readonly Option<string[]> BatonArg = CommandOption.Of<string[]>(
        "--baton-arg", "A further argument for baton, as in --baton-arg=--set --baton-arg=journal.durability=disk; repeatable.");

    private static readonly Option<string[]> Extra = CommandOption.Of<string[]>(
        "--extra", "name=command of another hop; {listen}, {sink} and {directory} in the command are filled in; repeatable.");

    private static readonly Option<string[]> Only = CommandOption.List(
        "--only", [], "Names of the hops to run: hop, baton, or an --extra's; otherwise all.");

    private static readonly Option<string[]> Loads = CommandOption.List(
        "--loads", ["512", "50", "512-gzip", "512@50000"], "Loads: spans a request, with -gzip for compressed ones, and @ and a number for that many spans a second.");

    private static readonly Option<int> Rounds = CommandOption.Of("--rounds", 5, "Rounds.");
    private static readonly Option<double> Rate = CommandOption.Of("--rate", 0.0, "Spans a second, of loads that name no rate; 0 is full speed.");
    private static readonly Option<int> Cores = CommandOption.Of("--cores", 0, "Processors that a hop may use (taskset); 0 is all.");
    private static readonly Option<double> WarmUp = CommandOption.Of("--warm-up", 3.0, "Seconds before what is counted.");
    private static readonly Option<double> Duration = CommandOption.Of("--duration", 6.0, "Seconds that are counted.");

    private static readonly Option<int> JobLag = CommandOption.Of(
        "--job-lag", 8, "After how many requests of its call slot a job completes.");

    private static readonly Option<int> GzipPool = CommandOption.Of("--gzip-pool", 512, "Compressed requests that go round.");

    private static readonly Option<string> Data = CommandOption.Of(
        "--data", Path.GetTempPath(), "Directory for the hops' temporary ones; its disk matters.");

    private static readonly Option<string?> Results = CommandOption.Of<string?>(
        "--results", "Directory for the report; otherwise benchmarks/results of this repository.");

    public static IReadOnlyList<Option> All { get; } =
        [Baton, BatonEnv, BatonArg, Extra, Only, Loads, Rounds, Rate, WarmUp, Duration, JobLag, GzipPool, Cores, Data, Results];

    /// <summary>Throws <see cref="RigFailure"/> on what cannot be meant.</summary>
    public static CompareOptions Options(ParseResult parsed, string? repository) => new(
        Math.Max(1, parsed.GetValue(Rounds)),
        [.. parsed.GetRequiredValue(Loads).Select(Load)],
        Math.Max(0, parsed.GetValue(Rate)),
        Math.Max(0, parsed.GetValue(WarmUp)),
        Math.Max(1, parsed.GetValue(Duration)),
        Math.Max(0, parsed.GetValue(JobLag)),
        Math.Max(1, parsed.GetValue(GzipPool)),
        Math.Max(0, parsed.GetValue(Cores)),
        parsed.GetRequiredValue(Data),
        parsed.GetValue(Results) ?? Path.Combine(repository ?? ".", "benchmarks", "results"));

    /// <summary>The hops in the order of the first round: the bare one first, because it is what the others are compared with.</summary>
    public static IReadOnlyList<HopUnderTest> Hops(ParseResult parsed, string? repository)
    {
        string[] only = parsed.GetRequiredValue(Only);
        bool Wanted(string name) => only.Length == 0 || only.Contains(name);
        List<HopUnderTest> hops = [];
        if (Wanted("hop")) hops.Add(new BareHop());
        if (Wanted("baton")) hops.Add(new BatonHop(Executable(parsed.GetValue(Baton), repository), Environment(parsed), parsed.GetValue(BatonArg) ?? []));
        hops.AddRange((parsed.GetValue(Extra) ?? [])
            .Select(text => ExtraHop.Parse(text) ?? throw new RigFailure($"--extra {text}: give name=command"))
            .Where(hop => Wanted(hop.Name)));
        if (hops.Count > 0) return hops;
        throw new RigFailure($"--only {string.Join(' ', only)}: no such hop; there are hop, baton, and those of --extra");
    }

    private static LoadShape Load(string text) =>
        LoadShape.Parse(text) ?? throw new RigFailure($"--loads {text}: give a number of spans, with -gzip for compressed requests and @ for a rate, as in 512-gzip@50000");

    /// <summary>The baton executable that was given, or the one that was built. Throws <see cref="RigFailure"/> where there is none.</summary>
    public static string Executable(string? given, string? repository)
    {
        string path = Path.GetFullPath(given ?? Path.Combine(repository ?? ".", BatonHop.BuiltPath));
        if (File.Exists(path)) return path;
        throw new RigFailure(
            $"there is no {path}: build it with `dotnet build src/Baton.Processor -c Release`, or give --baton, or --only hop");
    }

    private static Dictionary<string, string> Environment(ParseResult parsed)
    {
        var pairs = (parsed.GetValue(BatonEnv) ?? []).Select(text => text.Split('=', 2)).ToList();
        if (pairs.Find(pair => pair.Length < 2) is { } wrong) throw new RigFailure($"--baton-env {wrong[0]}: give NAME=VALUE");
        return pairs.ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
