using System.Globalization;

namespace Baton.Mutants;

/// <summary>What each test passes and how long it takes, by the test's number.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<int, List<int>> _tests = [];
    private readonly HashSet<int> _static = [];

    private Coverage(IReadOnlyList<string> names) => (Names, Milliseconds, Passed) = (names, new int[names.Count], new int[names.Count]);

    public IReadOnlyList<string> Names { get; }

    /// <summary>How much processor time each test takes with no mutant.</summary>
    public int[] Milliseconds { get; }

    /// <summary>How many mutants each test passes: one that passes few was written for these.</summary>
    public int[] Passed { get; }

    /// <summary>Runs every test in a process that has run nothing before: what static fields do is done once.</summary>
    /// <param name="begin">Starts that process.</param>
    /// <param name="file">Keeps what it answers, for a run that goes on.</param>
    public static Coverage Measure(Func<WorkerProcess> begin, string file)
    {
        if (!File.Exists(file))
        {
            using var worker = begin();
            var names = worker.Ask("tests");
            var answers = Enumerable.Range(0, names.Split('\t').Length - 1).Select(test => worker.Ask($"cover {test}"));
            File.WriteAllLines(file, [names, worker.Ask("statics"), .. answers]);
        }
        return Read(File.ReadAllLines(file));
    }

    private static Coverage Read(string[] answers)
    {
        var coverage = new Coverage(answers[0].Split('\t')[1..]);
        coverage._static.UnionWith(Numbers(answers[1].Split(' ')[2]));
        for (var test = 0; test < coverage.Names.Count; test++)
        {
            var words = answers[test + 2].Split(' ');
            coverage.Milliseconds[test] = int.Parse(words[1], CultureInfo.InvariantCulture);
            foreach (var mutant in Numbers(words[2]))
            {
                coverage.Passed[test]++;
                (coverage._tests.TryGetValue(mutant, out var tests) ? tests : coverage._tests[mutant] = []).Add(test);
            }
        }
        return coverage;
    }

    /// <summary>The tests that pass a mutant, the fastest first; all of them, where it acts while a static field is made that any may read.</summary>
    public IReadOnlyList<int> TestsOf(int mutant) =>
        IsStatic(mutant) ? [.. InOrder(Enumerable.Range(0, Names.Count).Where(test => Milliseconds[test] <= Worker.Slow))]
        : _tests.TryGetValue(mutant, out var tests) ? [.. InOrder(tests)] : [];

    /// <summary>Whether it acts while a static field is made, and so in a process of its own only.</summary>
    public bool IsStatic(int mutant) => _static.Contains(mutant);

    private IEnumerable<int> InOrder(IEnumerable<int> tests) => tests.OrderBy(test => Milliseconds[test]);

    private static IEnumerable<int> Numbers(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture));
}
