using System.Diagnostics;
using System.Globalization;
using Baton.Simulation;

return args switch
{
    ["crashes", .. var options] => Crashes(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: crashes [--count 100000] [--store memory|faster] [--seed N] [--flaw NAME] [--log]");
    return 2;
}

static int Crashes(string[] options)
{
    var count = long.Parse(Option(options, "--count") ?? "100000", CultureInfo.InvariantCulture);
    var first = int.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
    var faster = Option(options, "--store") == "faster";
    var flaw = Enum.Parse<Flaw>(Option(options, "--flaw") ?? "None");
    var watch = Stopwatch.StartNew();
    var crashes = 0L;
    var seed = first;
    var failures = 0;
    for (; crashes < count && failures < 5; seed++)
    {
        var campaign = new Campaign(Model.All[seed % Model.All.Count] with { Faster = faster, Flaw = flaw }) { Logger = options.Contains("--log") ? new ConsoleLog() : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance };
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

static string? Option(string[] options, string name) => Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
