using System.Text.RegularExpressions;

namespace Baton.Processor.Configuration.Binding;

/// <summary>
/// Says of a key that does not exist what was probably meant: a near one, the same one elsewhere, or Baton's way of what the Collector
/// calls so.
/// </summary>
internal static partial class UnknownKeys
{
    /// <summary>The message for an unknown key of the section at <paramref name="path"/>.</summary>
    public static string Explain(string path, string key, Type section)
    {
        if (CollectorKeys.Explain(path, key) is { } collector)
            return collector;
        var schema = OptionSchema.Of(section);
        if (Nearest(key, schema.Options.Select(option => option.Key)) is { } near)
            return $"unknown key; did you mean \"{near}\"?";
        if (Elsewhere(key, ItemIndex().Replace(path, "[]")) is { Count: > 0 } places)
            return $"unknown key; did you mean {string.Join(" or ", places.Select(place => $"\"{place}\""))}?";
        return $"unknown key; known here: {schema.Keys}";
    }

    /// <summary>The message for an entry of a type that does not exist.</summary>
    public static string ExplainVariant(string name, IEnumerable<string> known) => Nearest(name, known) is { } near
        ? $"unknown type \"{name}\"; did you mean \"{near}\"?"
        : $"unknown type \"{name}\"; known: {List(known)}";

    /// <summary>The known word that <paramref name="word"/> is most probably a misspelling of, or null.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var best = known.Select(candidate => (Word: candidate, Distance: Distance(Normalize(word), Normalize(candidate))))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Word, StringComparer.Ordinal).FirstOrDefault();
        // A third of the letters may differ: "exporter" for "exporters", not "name" for "spans".
        return best.Word is not null && best.Distance <= Math.Max(1, Math.Min(word.Length, best.Word.Length) / 3) ? best.Word : null;
    }

    /// <summary>Words as a sentence lists them.</summary>
    public static string List(IEnumerable<string> words) => string.Join(", ", words);

    // Spelling habits of other formats (maxSize, max-size) are no distance.
    private static string Normalize(string word) => OptionSchema.SnakeCase(word).Replace("-", "_", StringComparison.Ordinal);

    // Where the key does exist: below the section if it is there, else anywhere.
    private static List<string> Elsewhere(string key, string section)
    {
        var places = new List<string>();
        Walk(typeof(Options.BatonOptions), "");
        var prefix = section + ".";
        var below = places.Where(place => place.StartsWith(prefix, StringComparison.Ordinal)).Select(place => place[prefix.Length..]).ToList();
        return below.Count > 0 ? below : places;

        void Walk(Type section, string path)
        {
            foreach (var option in OptionSchema.Of(section).Options)
            {
                var child = KeyPath.Child(path, option.Key);
                if (option.Key == key)
                    places.Add(child);
                if (option.Shape is SectionShape nested)
                    Walk(nested.Type, child);
                else if (option.Shape is ListShape { Item: SectionShape item })
                    Walk(item.Type, child + "[]");
            }
        }
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex ItemIndex();

    // Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours cost one each.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
