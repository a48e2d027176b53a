using System.Globalization;

namespace Baton.Mutants;

/// <summary>One line per mutant that is done, in a file: a run that is cut short goes on where it was.</summary>
internal sealed class Results(string path)
{
    private readonly Dictionary<int, (Fate Fate, string Test)> _done = Read(path);

    public bool Has(int mutant) => _done.ContainsKey(mutant);

    /// <summary>What became of it, and the test that brought it about.</summary>
    public (Fate Fate, string Test) Of(int mutant) => _done[mutant];

    /// <summary>Of a run before this one, which test killed a mutant; most likely it still does.</summary>
    public static Dictionary<string, string> Killers(string path) => File.Exists(path)
        ? File.ReadLines(path).Select(line => line.Split("\t => ")).GroupBy(words => words[0]).ToDictionary(killed => killed.Key, killed => killed.Last()[1])
        : [];

    /// <summary>Keeps which test killed which mutant, for the next run.</summary>
    public void WriteKillers(string path, IEnumerable<Mutant> mutants) =>
        File.WriteAllLines(path, mutants.Where(mutant => Has(mutant.Id) && Of(mutant.Id).Test.Length > 0).Select(mutant => $"{mutant.Key}\t => {Of(mutant.Id).Test}"));

    public void Add(int mutant, Outcome outcome, IReadOnlyList<string> names)
    {
        var test = outcome.Test is { } number ? names[number] : "";
        lock (_done)
        {
            _done[mutant] = (outcome.Fate, test);
            File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{mutant}\t{outcome.Fate}\t{test}\t{outcome.Failure}\n"));
        }
    }

    private static Dictionary<int, (Fate, string)> Read(string path)
    {
        var done = new Dictionary<int, (Fate, string)>();
        foreach (var words in File.Exists(path) ? File.ReadLines(path).Select(line => line.Split('\t')) : [])
        {
            done[int.Parse(words[0], CultureInfo.InvariantCulture)] = (Enum.Parse<Fate>(words[1]), words[2]);
        }
        return done;
    }
}
