namespace Baton.Mutants;

/// <summary>One worker after the other, and the mutants that it tries.</summary>
/// <param name="begin">Starts a worker.</param>
/// <param name="coverage">Which tests are run for which mutant.</param>
/// <param name="results">Takes the outcomes.</param>
/// <param name="killers">Of mutants, the tests that killed them last time.</param>
internal sealed class Lane(Func<WorkerProcess> begin, Coverage coverage, Results results, IReadOnlyDictionary<string, string> killers) : IDisposable
{
    // What a process has compiled, it need not compile again; what a mutant has broken for good, the tests without one show.
    private const int Canaries = 12;
    private const int First = 30;
    private const int Specialists = 8;

    private readonly int[] _kills = new int[coverage.Names.Count];
    private int _lastKiller = -1;
    private WorkerProcess? _worker;

    /// <summary>
    /// Tries some mutants in one process. If the tests fail in the end without any, it was not sure which mutant they had failed for: each
    /// is then tried again in a process of its own.
    /// </summary>
    /// <param name="mutants">Neighbours in the code.</param>
    /// <param name="all">Whether all of the tests are run, or those alone that kill most.</param>
    public void Try(IReadOnlyList<Mutant> mutants, bool all)
    {
        var outcomes = mutants.Select(mutant => (mutant.Id, Outcome: Try(mutant, all))).ToList();
        if (_worker is null || IsSane(_worker))
        {
            outcomes.ForEach(done => results.Add(done.Id, done.Outcome, coverage.Names));
            return;
        }
        foreach (var mutant in mutants)
        {
            Dispose();
            results.Add(mutant.Id, Try(mutant, all), coverage.Names);
        }
        Dispose();
    }

    public void Dispose()
    {
        _worker?.Dispose();
        _worker = null;
    }

    private Outcome Try(Mutant mutated, bool all)
    {
        var mutant = mutated.Id;
        var tests = InOrder(coverage.TestsOf(mutant), killers.GetValueOrDefault(mutated.Key));
        if (tests.Count == 0)
        {
            return new(Fate.Unreached);
        }
        var tried = all ? tests : tests[..Math.Min(First, tests.Count)];
        var outcome = TryIn(coverage.IsStatic(mutant), mutant, tried);
        if (outcome.Fate == Fate.Crashed)
        {
            outcome = TryIn(true, mutant, tried);
        }
        if (outcome.Test is { } killer)
        {
            _kills[killer]++;
            _lastKiller = killer;
        }
        return outcome.Fate == Fate.Survived && tried.Count < tests.Count ? new(Fate.Doubtful) : outcome;
    }

    /// <summary>
    /// What killed the mutant last time comes first; then what killed its neighbour, a few tests that were written for this piece of code, and
    /// what has killed most in the least time.
    /// </summary>
    private List<int> InOrder(IReadOnlyList<int> tests, string? lastTime)
    {
        var specialists = tests.OrderBy(test => coverage.Passed[test]).Take(Specialists).ToHashSet();
        return [.. tests.OrderByDescending(test =>
            coverage.Names[test] == lastTime ? 4
            : test == _lastKiller ? 3
            : specialists.Contains(test) ? 2
            : 1).ThenByDescending(test => (_kills[test] + 0.2) / (coverage.Milliseconds[test] + 3))];
    }

    private Outcome TryIn(bool fresh, int mutant, List<int> tests)
    {
        if (!fresh)
        {
            return Warm().Try(mutant, tests, LimitOf);
        }
        using var worker = begin();
        return worker.Try(mutant, tests, LimitOf);
    }

    private WorkerProcess Warm()
    {
        if (_worker is not { IsAlive: true })
        {
            Dispose();
            _worker = begin();
            if (!IsSane(_worker))
            {
                throw new InvalidOperationException("The tests fail without any mutant.");
            }
        }
        return _worker;
    }

    private bool IsSane(WorkerProcess worker)
    {
        var step = Math.Max(1, coverage.Names.Count / Canaries);
        var canaries = Enumerable.Range(0, coverage.Names.Count).OrderBy(test => coverage.Milliseconds[test]).Where((_, place) => place % step == 0);
        return worker.IsAlive && worker.Try(MutantControl.None, canaries.SkipLast(2), _ => TimeSpan.FromMinutes(5)).Fate == Fate.Survived;
    }

    /// <summary>Of processor time: generous enough that only what never ends, or as good as never, uses it up.</summary>
    private TimeSpan LimitOf(int test) => TimeSpan.FromMilliseconds(Math.Max(2000, 50 * coverage.Milliseconds[test]));
}
