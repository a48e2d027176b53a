using System.Globalization;
using System.Text;

namespace Baton.Mutants;

/// <summary>What came of a run, in the form of docs/mutation.md.</summary>
internal sealed class Summary(IReadOnlyList<Mutant> mutants, Results results, Reasons reasons)
{
    private static readonly Fate[] Noticed = [Fate.Killed, Fate.Endless, Fate.Crashed];
    private static readonly Fate[] NotNoticed = [Fate.Survived, Fate.Unreached];

    public string Write()
    {
        var text = new StringBuilder("| file | mutants | killed | endless | crashed | survived | passed by no test | not finished | noticed |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var file in mutants.GroupBy(mutant => mutant.File).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Row(text, file.Key, [.. file]);
        }
        Row(text, "**all**", mutants);
        text.Append("\n### Endless and crashed\n\n| where | mutant | in |\n| --- | --- | --- |\n");
        foreach (var mutant in Of(Fate.Endless, Fate.Crashed))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {mutant.File}:{mutant.Line} | {Change(mutant)} | {Cell(results.Of(mutant.Id).Test)} |\n");
        }
        text.Append("\n### Survivors\n\n| where | mutant | reason |\n| --- | --- | --- |\n");
        foreach (var mutant in Of(NotNoticed))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {mutant.File}:{mutant.Line} | {Change(mutant)} | {ReasonOf(mutant)} |\n");
        }
        return text.ToString();
    }

    /// <summary>What survived, and no reason is given for; and reasons that are given for nothing.</summary>
    public string WriteOpenEnds() => string.Concat(
        Of(NotNoticed).Where(mutant => reasons.Of(mutant) is null).Select(mutant => $"no reason\t{mutant.Key}\n")
            .Concat(reasons.Without(Of(NotNoticed)).Select(key => $"no survivor\t{key}\n")));

    private IEnumerable<Mutant> Of(params Fate[] fates) =>
        mutants.Where(mutant => results.Has(mutant.Id) && fates.Contains(results.Of(mutant.Id).Fate))
            .OrderBy(mutant => mutant.File, StringComparer.Ordinal).ThenBy(mutant => mutant.Line).ThenBy(mutant => mutant.Id);

    private string ReasonOf(Mutant mutant) =>
        Cell(reasons.Of(mutant) ?? "a test is missing") + (results.Of(mutant.Id).Fate == Fate.Unreached ? " (passed by no test)" : "");

    private static string Change(Mutant mutant) => $"`{Cell(mutant.Original)}` → `{Cell(mutant.Replacement)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private void Row(StringBuilder text, string name, IReadOnlyList<Mutant> some)
    {
        var fates = some.Where(mutant => results.Has(mutant.Id)).CountBy(mutant => results.Of(mutant.Id).Fate).ToDictionary();
        int Count(Fate fate) => fates.GetValueOrDefault(fate);
        // What is not finished counts as not noticed.
        var unfinished = some.Count - Noticed.Sum(Count) - NotNoticed.Sum(Count);
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {some.Count} | {Count(Fate.Killed)} | {Count(Fate.Endless)} | {Count(Fate.Crashed)} ")
            .Append(CultureInfo.InvariantCulture, $"| {Count(Fate.Survived)} | {Count(Fate.Unreached)} | {unfinished} | {100.0 * Noticed.Sum(Count) / some.Count:F1} % |\n");
    }
}
