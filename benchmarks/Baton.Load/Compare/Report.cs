using System.Globalization;
using System.Text;

namespace Baton.Load.Compare;

/// <summary>The result as Markdown.</summary>
internal static class Report
{
    public static string Write(CompareOptions options, IReadOnlyList<HopUnderTest> hops, IReadOnlyList<Cell> cells, string machine)
    {
        var text = new StringBuilder();
        Append(text, $"""
            # CPU per million spans

            {machine}

            {options.Rounds} rounds, order reversed every other one; each cell is a fresh hop: {options.WarmUp} s of load before {options.Duration} s that are counted, {Speed(options)}.
            Load, hop and sink share the machine, over loopback without TLS. 30 % of the spans are of jobs that complete {options.JobLag} requests later.
            Figures are medians [lowest-highest] of the rounds; a ratio is formed within a round.

            | load | hop | CPU s/M | x bare hop | CPU s/M until all arrived | x bare hop | spans/s | p50 ms | p99 ms | peak MiB |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
        Rows(options, hops, cells, (load, hop, own, bare) => Append(text,
            $"| {load} | {hop} | {Spread.Of(own.Select(cell => cell.CpuPerMillion)).Text("F2")} | {Ratio(own, bare, cell => cell.CpuPerMillion)} "
            + $"| {Spread.Of(own.Select(cell => cell.CpuToDrain)).Text("F2")} | {Ratio(own, bare, cell => cell.CpuToDrain)} "
            + $"| {Spread.Of(own.Select(cell => cell.Rate / 1000)).Text("F0")}k | {Spread.Of(own.Select(cell => cell.P50Ms)).Text("F2")} "
            + $"| {Spread.Of(own.Select(cell => cell.P99Ms)).Text("F2")} | {Spread.Of(own.Select(cell => cell.PeakMiB)).Text("F0")} |"));
        Append(text, """

            ## What the figures rest on

            Kept: spans that arrived per span acknowledged while counting; below 1 the hop fell behind. Missing: acknowledged and never arrived, all rounds.
            Other: what everything outside the rig used of the machine, in cores.

            | load | hop | kept | missing | failed calls | sink CPU s/M | load CPU s/M | other |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
        Rows(options, hops, cells, (load, hop, own, _) => Append(text,
            $"| {load} | {hop} | {Spread.Of(own.Select(cell => cell.Kept)).Text("F3")} | {own.Sum(cell => cell.Missing)} | {own.Sum(cell => cell.FailedCalls)} "
            + $"| {Spread.Of(own.Select(cell => cell.SinkPerMillion)).Text("F2")} | {Spread.Of(own.Select(cell => cell.LoadPerMillion)).Text("F2")} "
            + $"| {Spread.Of(own.Select(cell => cell.OtherCores)).Text("F2")} |"));
        var noted = cells.Where(cell => cell.Note is not null).ToList();
        if (noted.Count > 0) Append(text, $"{Environment.NewLine}## Notes{Environment.NewLine}");
        foreach (var cell in noted) Append(text, $"- round {cell.Round}, {cell.Load}, {cell.Hop}: {cell.Note}");
        return text.ToString();
    }

    private static void Rows(
        CompareOptions options, IReadOnlyList<HopUnderTest> hops, IReadOnlyList<Cell> cells, Action<LoadShape, string, List<Cell>, List<Cell>> row)
    {
        foreach (var load in options.Loads)
        {
            List<Cell> Of(string hop) => [.. cells.Where(cell => cell.Load == load && cell.Hop == hop)];
            foreach (var hop in hops) row(load, hop.Name, Of(hop.Name), Of(BareHop.BareHopName));
        }
    }

    private static string Ratio(List<Cell> own, List<Cell> bare, Func<Cell, double> figure) =>
        bare.Count == 0 ? "–" : Spread.Of(own.Zip(bare, (one, other) => figure(one) / figure(other))).Text("F2");

    private static string Speed(CompareOptions options) =>
        options.Rate > 0 ? string.Create(CultureInfo.InvariantCulture, $"{options.Rate} spans/s") : "at full speed";

    private static void Append(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Append(StringBuilder text, string line) => text.Append(line).Append('\n');
}
