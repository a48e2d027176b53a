using System.Globalization;
using System.Text;

namespace Baton.Load.Compare;

/// <summary>The result as Markdown.</summary>
internal sealed class Report
{
    /// <summary>A column: its title, and its cell from a hop's runs and the bare hop's, both in the order of the rounds.</summary>
    private sealed record Column(string Title, Func<IReadOnlyList<Cell>, IReadOnlyList<Cell>, string> Text);

    private static readonly Column[] Costs =
    [
        Figure("CPU s/M", "F2", cell => cell.CpuPerMillion),
        Ratio(cell => cell.CpuPerMillion),
        Figure("CPU s/M until all arrived", "F2", cell => cell.CpuToDrain),
        Ratio(cell => cell.CpuToDrain),
        Figure("CPU s/M, whole run", "F2", cell => cell.CpuWhole),
        Ratio(cell => cell.CpuWhole),
        Figure("k spans/s", "F0", cell => cell.Rate / 1000),
        Figure("p50 ms", "F2", cell => cell.P50Ms),
        Figure("p99 ms", "F2", cell => cell.P99Ms),
        Ratio(cell => cell.P99Ms),
        Figure("peak MiB", "F0", cell => cell.PeakMiB),
    ];

    private static readonly Column[] Grounds =
    [
        Figure("kept", "F3", cell => cell.Kept),
        new("missing", (own, _) => $"{own.Sum(cell => cell.Missing)}"),
        new("failed calls", (own, _) => $"{own.Sum(cell => cell.FailedCalls)}"),
        Figure("sink CPU s/M", "F2", cell => cell.SinkPerMillion),
        Figure("load CPU s/M", "F2", cell => cell.LoadPerMillion),
        Figure("other cores", "F2", cell => cell.OtherCores),
        new("allocated bytes a span", (own, _) => own.All(cell => cell.Heap is null) ? "–" : Spread.Of(own.Select(cell => cell.AllocatedPerSpan)).Text("F1")),
        new("collections gen 0, 1, 2", (own, _) => own.All(cell => cell.Heap is null) ? "–" : string.Join("; ", own.Select(cell => cell.Heap))),
    ];

    private readonly StringBuilder _text = new();
    private readonly CompareOptions _options;
    private readonly IReadOnlyList<HopUnderTest> _hops;
    private readonly IReadOnlyList<Cell> _cells;

    private Report(CompareOptions options, IReadOnlyList<HopUnderTest> hops, IReadOnlyList<Cell> cells) =>
        (_options, _hops, _cells) = (options, hops, cells);

    public static string Write(CompareOptions options, IReadOnlyList<HopUnderTest> hops, IReadOnlyList<Cell> cells, string machine)
    {
        var report = new Report(options, hops, cells);
        report.Head(machine);
        report.Table(Costs);
        report.Line("""

            ## What the figures rest on

            Kept: spans that arrived per span acknowledged while counting; below 1 the hop fell behind. Missing: acknowledged
            and never arrived, all rounds. Other: what everything outside the rig used of the machine. Allocated, collections: of the counted seconds, round by
            round, as the hop's own metrics tell. The whole run: warm-up and compiling included, until the last job was judged; a hop that puts work off gains nothing there.

            """);
        report.Table(Grounds);
        report.Notes();
        return report._text.ToString();
    }

    private void Head(string machine)
    {
        string speed = _options.Rate > 0 ? Invariant($"at {_options.Rate} spans/s") : "at full speed";
        Line(Invariant($"""
            # CPU per million spans

            {machine}

            {_options.Rounds} rounds, order reversed every other one. Each cell is a fresh hop: {_options.WarmUp} s of load,
            then {_options.Duration} s that are counted, {speed}. Load, hop and sink share the machine, over loopback without
            TLS{(_options.Cores > 0 ? $"; the hop has {_options.Cores} of its processors" : "")}. 30 % of the spans are of jobs that complete {_options.JobLag} requests later.
            Medians [lowest-highest] of the rounds; a ratio is formed within a round.

            """));
    }

    private void Table(Column[] columns)
    {
        Line($"| load | hop | {string.Join(" | ", columns.Select(column => column.Title))} |");
        Line($"| --- | --- |{string.Concat(columns.Select(_ => " --- |"))}");
        foreach (var load in _options.Loads)
        {
            List<Cell> Of(string hop) => [.. _cells.Where(cell => cell.Load == load && cell.Hop == hop)];
            var bare = Of(BareHop.BareHopName);
            foreach (var hop in _hops)
            {
                var own = Of(hop.Name);
                Line($"| {load} | {hop.Name} | {string.Join(" | ", columns.Select(column => column.Text(own, bare)))} |");
            }
        }
    }

    private void Notes()
    {
        var noted = _cells.Where(cell => cell.Note is not null).ToList();
        if (noted.Count > 0) Line("\n## Notes\n");
        foreach (var cell in noted) Line($"- round {cell.Round}, {cell.Load}, {cell.Hop}: {cell.Note}");
    }

    private static Column Figure(string title, string format, Func<Cell, double> figure) =>
        new(title, (own, _) => Spread.Of(own.Select(figure)).Text(format));

    private static Column Ratio(Func<Cell, double> figure) => new("x bare hop", (own, bare) => bare.Count == 0
        ? "–"
        : own[0].Hop == bare[0].Hop
            ? "1"
            : Spread.Of(own.Zip(bare, (one, other) => figure(one) / figure(other))).Text("F2"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Line(string line) => _text.Append(line).Append('\n');
}
