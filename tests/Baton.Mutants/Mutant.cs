using System.Text.Json;

namespace Baton.Mutants;

/// <summary>One change that Stryker compiled in.</summary>
/// <param name="Id">By which it is switched on.</param>
/// <param name="File">Folder and file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Original">What stands there.</param>
/// <param name="Replacement">What the mutant makes of it.</param>
/// <param name="Code">The line in which that begins, after the one before it: many lines say no more than `return`.</param>
internal sealed record Mutant(int Id, string File, int Line, string Original, string Replacement, string Code)
{
    private const int Shown = 110;

    /// <summary>What it is, wherever its line has moved.</summary>
    public string Key => $"{File}\t{Code}\t{Original}\t{Replacement}";

    public override string ToString() => $"{File}:{Line} `{Original}` → `{Replacement}`";

    /// <summary>Those of Stryker's report that compile, and that it would try: neither left out by a filter nor contained in another.</summary>
    public static IReadOnlyList<Mutant> Read(string report)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(report));
        return [.. document.RootElement.GetProperty("files").EnumerateObject().SelectMany(file => Of(file.Name, file.Value)).OrderBy(mutant => mutant.Id)];
    }

    private static IEnumerable<Mutant> Of(string path, JsonElement file)
    {
        var lines = file.GetProperty("source").GetString()!.Split('\n');
        var name = $"{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileName(path)}";
        return from mutant in file.GetProperty("mutants").EnumerateArray()
               where mutant.GetProperty("status").GetString() is not ("Ignored" or "CompileError")
               let location = mutant.GetProperty("location")
               select new Mutant(
                   int.Parse(mutant.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture), name,
                   location.GetProperty("start").GetProperty("line").GetInt32(),
                   Short(Cut(lines, location)), Short(mutant.GetProperty("replacement").GetString()!),
                   CodeAt(lines, location.GetProperty("start").GetProperty("line").GetInt32() - 1));
    }

    private static string CodeAt(string[] lines, int line)
    {
        var before = lines[..line].LastOrDefault(each => each.Trim().Length > 1) ?? "";
        return $"{Short(before)} {Short(lines[line])}";
    }

    private static string Cut(string[] lines, JsonElement location)
    {
        var (from, to) = (At(location.GetProperty("start")), At(location.GetProperty("end")));
        var text = string.Join('\n', lines[from.Line..(to.Line + 1)]);
        return text[from.Column..(text.Length - lines[to.Line].Length + to.Column)];
    }

    private static (int Line, int Column) At(JsonElement place) =>
        (place.GetProperty("line").GetInt32() - 1, place.GetProperty("column").GetInt32() - 1);

    private static string Short(string code)
    {
        var flat = string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return flat.Length <= Shown ? flat : flat[..Shown] + "…";
    }
}
