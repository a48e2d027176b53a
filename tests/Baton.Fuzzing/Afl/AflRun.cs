using System.ComponentModel;
using System.Globalization;
using Baton.Testing;

namespace Baton.Fuzzing.Afl;

/// <summary>An input that something is wrong with, and what.</summary>
internal sealed record Finding(byte[] Input, string Text);

/// <summary>One run of afl-fuzz over one target, and what came of it. Its files are removed at the end.</summary>
internal sealed class AflRun : IDisposable
{
    /// <summary>For what must end: far more than it takes on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // An input that takes longer is taken for a hang, and looked at again.
    private const int HangMilliseconds = 60_000;

    private readonly TempDirectory _folder = new();
    private readonly InstrumentedCode _code;
    private readonly string _target;
    private readonly int? _seed;
    private List<Finding> _findings = [];
    private int _notRepeated;

    private AflRun(InstrumentedCode code, string target, int? seed) => (_code, _target, _seed) = (code, target, seed);

    /// <summary>The inputs that reached something new.</summary>
    public string Queue => _folder["out/default/queue"];

    public AflStats Stats { get; private set; } = new(0, 0, 0, 0);

    /// <summary>What was found, and is found again when it is run again.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>One line of totals.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{_target}: {Stats.Executions} executions in {Stats.Seconds} s, {Stats.Edges} edges, {Stats.Corpus} inputs, {_findings.Count} findings")
        + (_notRepeated > 0 ? $" ({_notRepeated} more were not found again when they were run again: the machine was busy, or killed the process)" : "");

    /// <summary>Runs afl-fuzz.</summary>
    /// <param name="code">What it runs.</param>
    /// <param name="target">Which target of it.</param>
    /// <param name="time">For how long, about.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <param name="seed">Of what is tried; null for another each time.</param>
    public static async Task<AflRun> RunAsync(InstrumentedCode code, string target, TimeSpan time, CancellationToken cancellation, int? seed = null)
    {
        var run = new AflRun(code, target, seed);
        try
        {
            InputFolder.Fill(run._folder["in"], target);
            await run.FuzzAsync(time, cancellation);
            await run.RunAgainAsync();
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task FuzzAsync(TimeSpan time, CancellationToken cancellation)
    {
        var seconds = ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var hang = HangMilliseconds.ToString(CultureInfo.InvariantCulture);
        var length = FuzzTarget.All[_target]().MaxLength.ToString(CultureInfo.InvariantCulture);
        var dictionary = Path.Combine(AppContext.BaseDirectory, "Dictionaries", $"{_target}.dict");
        string[] seed = _seed is { } fixedSeed ? ["-s", fixedSeed.ToString(CultureInfo.InvariantCulture)] : [];
        var info = _code.StartInfo(
            ["afl-fuzz", "-i", _folder["in"], "-o", _folder["out"], "-t", hang, "-m", "none", "-V", seconds, "-G", length, "-x", dictionary, .. seed, "--"], ["run", _target]);
        foreach (var (name, value) in Settings)
            info.Environment[name] = value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(time + Patience);
        try
        {
            var (code, output) = await ChildProcess.RunAsync(info, limit.Token);
            var stats = _folder["out/default/fuzzer_stats"];
            if (code != 0 || !File.Exists(stats))
                throw new InvalidOperationException($"afl-fuzz ended with exit code {code}:\n{output[^Math.Min(output.Length, 4000)..]}");
            Stats = AflStats.Read(stats);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("afl-fuzz cannot be started. Run tests/install, or install the Debian package afl++.", e);
        }
    }

    // Neither the frequency of the processor nor where cores are dumped is afl-fuzz's business here, and it may not change them in a container.
    private static IEnumerable<(string Name, string Value)> Settings =>
    [
        ("AFL_SKIP_BIN_CHECK", "1"),
        ("AFL_SKIP_CPUFREQ", "1"),
        ("AFL_NO_AFFINITY", "1"),
        ("AFL_NO_UI", "1"),
        ("AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"),
        ("AFL_CRASHING_SEEDS_AS_NEW_CRASH", "1"),
        ("AFL_FAST_CAL", "1"),
        ("AFL_MAP_SIZE", "65536"),
        ("AFL_FORKSRV_INIT_TMOUT", "300000"),
        ("AFL_HANG_TMOUT", HangMilliseconds.ToString(CultureInfo.InvariantCulture)),
    ];

    // Alone; and after everything else, for what one input leaves to the next.
    private async Task RunAgainAsync()
    {
        foreach (var file in ((string[])["crashes", "hangs"]).SelectMany(kind => Directory.EnumerateFiles(_folder[$"out/default/{kind}"], "id*")))
        {
            var output = await _code.RunAsync(["replay", _target, file], Patience);
            if (!output.Contains("exit code", StringComparison.Ordinal))
                output = await _code.RunAsync(["replay", _target, Queue, file], Patience);
            if (output.Contains("exit code", StringComparison.Ordinal))
                _findings.Add(new(await File.ReadAllBytesAsync(file), output));
            else
                _notRepeated++;
        }
    }
}
