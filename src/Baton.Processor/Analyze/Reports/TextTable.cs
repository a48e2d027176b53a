using System.Text;
using Baton.Processor.Demo;

namespace Baton.Processor.Analyze.Reports;

/// <summary>A column of a table.</summary>
/// <param name="Header">Its heading.</param>
/// <param name="AlignRight">True for numbers.</param>
/// <param name="MayShrink">True if its texts may be cut where the table is too wide.</param>
internal readonly record struct TableColumn(string Header, bool AlignRight = false, bool MayShrink = false);

/// <summary>
/// Rows in columns as wide as they need. Where they do not fit the page, texts that may be cut are; where that is not enough, the last
/// column, which is an id that must stay whole, goes to a line of its own.
/// </summary>
internal sealed class TextTable(params TableColumn[] columns)
{
    private const int Indent = 2;
    private const int Gap = 2;
    private const int Narrowest = 12;
    private const string Cut = "…";

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row, a text for each column.</summary>
    public void Add(params string[] row) => _rows.Add(row);

    /// <summary>Writes the table.</summary>
    public void WriteTo(Page page)
    {
        if (_rows.Count == 0)
            return;
        var widths = Enumerable.Range(0, columns.Length).Select(i => Math.Max(columns[i].Header.Length, _rows.Max(row => row[i].Length))).ToArray();
        Shrink(widths, page.Width);
        var split = Total(widths) > page.Width;
        page.Line(LineOf([.. columns.Select(column => column.Header)], widths, split), Tone.Faint);
        foreach (var row in _rows)
        {
            page.Line(LineOf(row, widths, split));
            if (split)
                page.Line($"{"",Indent * 2}{columns[^1].Header.ToLowerInvariant()} {row[^1]}");
        }
    }

    private void Shrink(int[] widths, int page)
    {
        for (var i = columns.Length - 1; i >= 0; i--)
        {
            if (columns[i].MayShrink && Total(widths) is var total && total > page)
                widths[i] = Math.Max(Math.Min(widths[i], Narrowest), widths[i] - (total - page));
        }
    }

    private static int Total(int[] widths) => Indent + widths.Sum() + (Gap * (widths.Length - 1));

    private string LineOf(string[] cells, int[] widths, bool split)
    {
        var line = new StringBuilder().Append(' ', Indent);
        for (var i = 0; i < (split ? cells.Length - 1 : cells.Length); i++)
        {
            var cell = cells[i].Length <= widths[i] ? cells[i] : cells[i][..(widths[i] - Cut.Length)] + Cut;
            line.Append(columns[i].AlignRight ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])).Append(' ', Gap);
        }
        return line.ToString().TrimEnd();
    }
}
