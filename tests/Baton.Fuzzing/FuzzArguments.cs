using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Baton.Fuzzing;

/// <summary>What to fuzz, and for how long.</summary>
/// <param name="Targets">Their names.</param>
/// <param name="Time">For each.</param>
/// <param name="Corpus">The folder of corpora that new inputs are added to; null for none.</param>
/// <param name="Findings">The folder that findings are kept in.</param>
internal sealed record FuzzArguments(IReadOnlyList<string> Targets, TimeSpan Time, string? Corpus, string Findings)
{
    /// <summary>Reads the command line; false if it is not understood.</summary>
    public static bool TryRead(string target, string[] rest, [NotNullWhen(true)] out FuzzArguments? arguments)
    {
        arguments = null;
        var targets = target == "all" ? FuzzTarget.All.Keys.ToList() : [target];
        if (!targets.All(FuzzTarget.All.ContainsKey) || rest.Length % 2 != 0)
            return false;
        var read = new FuzzArguments(targets, TimeSpan.FromMinutes(1), null, Path.Combine(Path.GetTempPath(), "baton-findings"));
        foreach (var pair in rest.Chunk(2))
        {
            var number = double.TryParse(pair[1], CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : (double?)null;
            var next = (pair[0], number) switch
            {
                ("--minutes", { } minutes) => read with { Time = TimeSpan.FromMinutes(minutes) },
                ("--grow", _) => read with { Corpus = pair[1] },
                ("--findings", _) => read with { Findings = pair[1] },
                _ => null,
            };
            if (next is null)
                return false;
            read = next;
        }
        arguments = read;
        return true;
    }
}
