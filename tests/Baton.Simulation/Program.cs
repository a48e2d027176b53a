using System.Diagnostics;
using System.Globalization;
using Baton.Simulation;
using Baton.Simulation.Hours;
using Baton.Simulation.Kills;
using Baton.Simulation.Standing;

return args switch
{
    ["crashes", .. var options] => Crashes(options),
    ["kills", .. var options] => await Kills(options),
    ["full", var directory] => await Full(directory),
    ["churn", .. var options] => Churns(options),
    ["open", .. var options] => Open(options),
    ["hour", .. var options] => await Hours(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: kills   [--rounds 50] [--durability os|disk] [--seed N] [--senders N]");
    Console.Error.WriteLine("       full    DIR, on a file system of 64 MiB to 1 GiB (mount -t tmpfs -o size=96m tmpfs DIR)");
    Console.Error.WriteLine("       churn   [--minutes 20] [--rate 10000] [--memory MIB] [--directory DIR]");
    Console.Error.WriteLine("       open    [--count 10000000] [--job-ids] [--due 1000000] [--warm-up 100000] [--memory MIB] [--shards N] [--directory DIR]");
    Console.Error.WriteLine("       hour    [--broken] [--speed 60]: an hour for the console in a minute; it stays until standard input ends");
    Console.Error.WriteLine("       crashes [--count 100000] [--store memory|faster] [--seed N] [--model 0-4] [--flaw NAME] [--log]");
    return 2;
}

static int Crashes(string[] options)
{
    var count = long.Parse(Option(options, "--count") ?? "100000", CultureInfo.InvariantCulture);
    var first = int.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
    var faster = Option(options, "--store") == "faster";
    int? model = Option(options, "--model") is { } named ? int.Parse(named, CultureInfo.InvariantCulture) : null;
    var flaw = Enum.Parse<Flaw>(Option(options, "--flaw") ?? "None");
    var watch = Stopwatch.StartNew();
    var crashes = 0L;
    var seed = first;
    var failures = 0;
    for (; crashes < count && failures < 5; seed++)
    {
        var campaign = new Campaign(Model.All[(model ?? seed) % Model.All.Count] with { Faster = faster, Flaw = flaw }) { Logger = options.Contains("--log") ? new ConsoleLog() : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance };
        try
        {
            campaign.CrashAtRandom(seed);
        }
        catch (BrokenPromiseException e)
        {
            failures++;
            Console.WriteLine(e.Message);
        }
        crashes += campaign.Crashes;
        if (seed % 500 == 0) Console.WriteLine($"{crashes} crashes, {watch.Elapsed.TotalSeconds:F0} s, at seed {seed}");
    }
    Console.WriteLine($"{crashes} crashes, seeds {first} to {seed - 1}, {(faster ? "FASTER" : "memory")}, {failures} broken promises, {watch.Elapsed.TotalSeconds:F0} s");
    return failures == 0 ? 0 : 1;
}

static async Task<int> Kills(string[] options)
{
    var seed = int.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
    var rounds = int.Parse(Option(options, "--rounds") ?? "50", CultureInfo.InvariantCulture);
    var senders = int.Parse(Option(options, "--senders") ?? "8", CultureInfo.InvariantCulture);
    var durability = Option(options, "--durability") ?? "os";
    try
    {
        var report = await new KillCampaign(durability, seed) { Progress = Console.WriteLine }.RunAsync(rounds, senders);
        Console.WriteLine($"durability {durability}, seed {seed}: {report}");
        return 0;
    }
    catch (BrokenPromiseException e)
    {
        Console.WriteLine($"durability {durability}, seed {seed}: {e.Message}");
        return 1;
    }
}

static async Task<int> Full(string directory)
{
    try
    {
        await new FullDiskTrial(directory) { Progress = Console.WriteLine }.RunAsync();
        return 0;
    }
    catch (BrokenPromiseException e)
    {
        Console.WriteLine(e.Message);
        return 1;
    }
}

static int Churns(string[] options)
{
    var churn = new Churn
    {
        PerSecond = int.Parse(Option(options, "--rate") ?? "10000", CultureInfo.InvariantCulture),
        MemoryBytes = long.Parse(Option(options, "--memory") ?? "512", CultureInfo.InvariantCulture) << 20,
    };
    var directory = Option(options, "--directory") ?? Path.Combine(Path.GetTempPath(), "baton-churn");
    Console.WriteLine(ChurnSample.Header);
    foreach (var sample in churn.Run(directory, double.Parse(Option(options, "--minutes") ?? "20", CultureInfo.InvariantCulture) * 60)) Console.WriteLine(sample);
    return 0;
}

static int Open(string[] options)
{
    var trial = new StandingOptions
    {
        Directory = Option(options, "--directory") ?? Path.Combine(Path.GetTempPath(), "baton-open"),
        Handoffs = long.Parse(Option(options, "--count") ?? "10000000", CultureInfo.InvariantCulture),
        DueAtOnce = long.Parse(Option(options, "--due") ?? "1000000", CultureInfo.InvariantCulture),
        WarmUp = long.Parse(Option(options, "--warm-up") ?? "100000", CultureInfo.InvariantCulture),
        JobIds = options.Contains("--job-ids"),
        MemoryBytes = long.Parse(Option(options, "--memory") ?? "4096", CultureInfo.InvariantCulture) << 20,
        Shards = Option(options, "--shards") is { } shards ? int.Parse(shards, CultureInfo.InvariantCulture) : null,
    };
    return StandingTrial.Run(Option(options, "--phase"), trial, options, options.Contains("--log") ? new ConsoleLog() : null);
}

static async Task<int> Hours(string[] options)
{
    using var stop = new CancellationTokenSource();
    var hour = new Hour(options.Contains("--broken"), double.Parse(Option(options, "--speed") ?? "60", CultureInfo.InvariantCulture));
    var run = hour.RunAsync(console => Console.WriteLine($"The hour is over: {console}"), stop.Token);
    var asked = Task.Run(async () => { while (await Console.In.ReadLineAsync() is not null) { } });
    await Task.WhenAny(run, asked);
    await stop.CancelAsync();
    await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    return run.IsFaulted ? throw run.Exception.InnerException! : 0;
}

static string? Option(string[] options, string name) => Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
