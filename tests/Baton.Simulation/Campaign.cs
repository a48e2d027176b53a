namespace Baton.Simulation;

/// <summary>Many runs, each against the run of the same scenario that never crashed.</summary>
public sealed class Campaign(Model model)
{
    private const int CrashesPerRun = 8;

    /// <summary>Processes that died.</summary>
    public long Crashes { get; private set; }

    /// <summary>Runs.</summary>
    public long Runs { get; private set; }

    /// <summary>Told of what the product logs.</summary>
    public Microsoft.Extensions.Logging.ILogger Logger { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    /// <summary>A scenario, crashed at random boundaries again and again.</summary>
    /// <exception cref="BrokenPromiseException">Something is lost or invented; the message has the seed.</exception>
    public void CrashAtRandom(int seed) => Compare(seed, boundaries =>
    {
        var random = new Random(~seed);
        return [.. Enumerable.Range(0, CrashesPerRun).Select(_ => random.Next(1, 2 * boundaries / CrashesPerRun))];
    });

    /// <summary>A scenario, as often as it has boundaries: crashed once at each.</summary>
    /// <param name="seed">The scenario's.</param>
    /// <param name="step">1 for every boundary; more leaves some out.</param>
    /// <exception cref="BrokenPromiseException">Something is lost or invented; the message has the seed.</exception>
    public void CrashAtEveryBoundary(int seed, int step = 1)
    {
        var reference = Reference(seed);
        for (var at = 1; at <= reference.Changes; at += step) Compare(seed, reference, [at]);
    }

    private void Compare(int seed, Func<int, int[]> plan)
    {
        var reference = Reference(seed);
        Compare(seed, reference, plan(reference.Changes));
    }

    /// <summary>It has no planted bug, and its store does not matter.</summary>
    private Run Reference(int seed) => new Run(model with { Flaw = Flaw.None, Faster = false, Trouble = false }, seed).To([]);

    private void Compare(int seed, Run reference, int[] crashes)
    {
        var run = new Run(model, seed) { Logger = Logger };
        try
        {
            run.To(crashes);
            var missing = reference.Backend.Told.Except(run.Backend.Told).ToList();
            var invented = run.Backend.Told.Except(reference.Backend.Told).ToList();
            if (missing.Count + invented.Count > 0)
                throw new BrokenPromiseException($"Baton's own spans differ from those of the run that never crashed. Missing: {List(missing)}. Invented: {List(invented)}.");
        }
        catch (BrokenPromiseException e)
        {
            throw new BrokenPromiseException($"seed {seed}, {model}, crashes at [{string.Join(", ", crashes)}]: {e.Message}");
        }
        finally
        {
            Crashes += run.Crashes;
            Runs++;
        }
    }

    private static string List(List<string> spans) => spans.Count == 0 ? "none" : string.Join("; ", spans);
}
