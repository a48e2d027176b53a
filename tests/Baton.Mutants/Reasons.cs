namespace Baton.Mutants;

/// <summary>
/// Why mutants survive that no test can or need notice: one line each in reasons.tsv, under what stands in the code, so that it holds for the next
/// run as well, wherever the line has moved. A survivor without one lacks a test.
/// </summary>
internal sealed class Reasons
{
    private readonly Dictionary<string, string> _reasons;

    private Reasons(Dictionary<string, string> reasons) => _reasons = reasons;

    /// <summary>Reads lines of file, code, original, replacement, reason, with tabs between.</summary>
    public static Reasons Read(string path) => new(File.Exists(path)
        ? File.ReadLines(path).Where(line => line.Length > 0).DistinctBy(KeyOf).ToDictionary(KeyOf, line => line[(line.LastIndexOf('\t') + 1)..])
        : []);

    public string? Of(Mutant mutant) => _reasons.GetValueOrDefault(mutant.Key);

    /// <summary>Those that no survivor has: the code has changed, or a test notices it now.</summary>
    public IEnumerable<string> Without(IEnumerable<Mutant> survivors) => _reasons.Keys.Except(survivors.Select(mutant => mutant.Key));

    private static string KeyOf(string line) => line[..line.LastIndexOf('\t')];
}
