namespace Baton.Continuity.Conditions;

/// <summary>Finds the known word that somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary>A phrase that names the nearest word, or lists them all where none is near.</summary>
    /// <param name="found">What was written.</param>
    /// <param name="known">What could have been.</param>
    public static string For(string found, IEnumerable<string> known)
    {
        var words = known.ToArray();
        var nearest = words.MinBy(word => Distance(found, word));
        return nearest is not null && Distance(found, nearest) <= Math.Max(1, nearest.Length / 3)
            ? $"did you mean {nearest}?"
            : $"known are {string.Join(", ", words)}";
    }

    // Levenshtein's distance, with letters of another case half as far, so that a word in the wrong case is nearest.
    private static double Distance(string left, string right)
    {
        var previous = new double[right.Length + 1];
        var current = new double[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = Difference(left[i - 1], right[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
            }
            (previous, current) = (current, previous);
        }
        return previous[right.Length];
    }

    private static double Difference(char left, char right) =>
        left == right ? 0 : char.ToUpperInvariant(left) == char.ToUpperInvariant(right) ? 0.1 : 1;
}
