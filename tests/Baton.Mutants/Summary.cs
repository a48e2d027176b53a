using System.Globalization;
using System.Text;

namespace Baton.Mutants;

/// <summary>What came of a run, in the form of docs/mutation.md.</summary>
internal sealed class Summary(IReadOnlyList<Mutant> mutants, Results results)
{
    public string Write()
    {
        var text = new StringBuilder("| file | mutants | killed | endless | crashed | survived | unreached | score |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var file in mutants.GroupBy(mutant => mutant.File).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Row(text, file.Key, [.. file]);
        }
        Row(text, "all", mutants);
        foreach (var fate in new[] { Fate.Survived, Fate.Unreached, Fate.Endless, Fate.Crashed })
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {fate}\n\n");
            foreach (var mutant in mutants.Where(mutant => results.Has(mutant.Id) && results.Of(mutant.Id).Fate == fate))
            {
                var test = results.Of(mutant.Id).Test is { Length: > 0 } name ? $" ({name})" : "";
                text.Append(CultureInfo.InvariantCulture, $"- {mutant.Id} {mutant}{test}\n");
            }
        }
        return text.ToString();
    }

    private void Row(StringBuilder text, string name, IReadOnlyList<Mutant> some)
    {
        var fates = some.Where(mutant => results.Has(mutant.Id)).CountBy(mutant => results.Of(mutant.Id).Fate).ToDictionary();
        int Count(Fate fate) => fates.GetValueOrDefault(fate);
        var noticed = Count(Fate.Killed) + Count(Fate.Endless) + Count(Fate.Crashed);
        var tried = noticed + Count(Fate.Survived) + Count(Fate.Unreached);
        var score = tried == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * noticed / tried:F1} %");
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {some.Count} | {Count(Fate.Killed)} | {Count(Fate.Endless)} | {Count(Fate.Crashed)} ")
            .Append(CultureInfo.InvariantCulture, $"| {Count(Fate.Survived)} | {Count(Fate.Unreached)} | {score} |\n");
    }
}
