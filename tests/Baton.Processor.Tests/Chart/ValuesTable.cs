using System.Globalization;
using System.Text;

namespace Baton.Processor.Tests.Chart;

/// <summary>The table of values in the chart's README, made from values.yaml: a line `# -- text` describes the key that follows.</summary>
internal static class ValuesTable
{
    private const string Mark = "# -- ";

    /// <summary>The table.</summary>
    /// <exception cref="InvalidOperationException">A key has no description, and is no part of one that has.</exception>
    public static string Render(IEnumerable<string> values)
    {
        var table = new StringBuilder("| value | default | what it does |\n| --- | --- | --- |\n");
        var path = new List<(int Indent, string Key, bool Described)>();
        string? description = null;
        foreach (var line in values)
        {
            var indent = line.Length - line.TrimStart().Length;
            var text = line.Trim();
            if (text.StartsWith(Mark, StringComparison.Ordinal)) description = text[Mark.Length..];
            if (text.Length == 0 || text[0] is '#' or '-') continue;
            path.RemoveAll(parent => parent.Indent >= indent);
            var (key, value) = text.Split(':', 2) is [var left, var right] ? (left, right.Trim()) : throw new InvalidOperationException($"{line}: no key");
            if (description is not null)
                table.Append(CultureInfo.InvariantCulture, $"| `{string.Join('.', [.. path.Select(parent => parent.Key), key])}` | {(value.Length == 0 ? "see values.yaml" : $"`{value}`")} | {description} |\n");
            else if (value.Length > 0 && !path.Exists(parent => parent.Described))
                throw new InvalidOperationException($"{line}: is not described; write `{Mark}` before it");
            path.Add((indent, key, description is not null));
            description = null;
        }
        return table.ToString();
    }
}
