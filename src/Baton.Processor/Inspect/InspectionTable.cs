using System.Globalization;

namespace Baton.Processor.Inspect;

/// <summary>Writes an inspection for people.</summary>
internal sealed class InspectionTable(TextWriter output)
{
    /// <summary>Writes all of it.</summary>
    public void Write(Inspection inspection)
    {
        if (inspection.Journal is { } journal) Write(journal);
        if (inspection.Journal is not null && inspection.State is not null) output.WriteLine();
        if (inspection.State is { } state) Write(state, inspection.Journal?.TailPosition);
    }

    private void Write(JournalInspection journal)
    {
        Line($"Journal {journal.Directory}: {Count(journal.Segments.Count, "segment")}, {Size(journal.Segments.Sum(segment => segment.Bytes))}, {Number(journal.Segments.Sum(segment => segment.Entries))} entries, {Number(journal.Segments.Sum(segment => segment.Spans))} spans");
        Rows(
            ["segment", "from", "to", "entries", "own", "spans", "first arrival", "last arrival"],
            journal.Segments.Select(each => new[]
            {
                Path.GetFileName(each.File), Number(each.FromPosition), Number(each.ToPosition), Number(each.Entries), Number(each.OwnEntries), Number(each.Spans),
                Time(each.FirstArrivalUnixNanos), Time(each.LastArrivalUnixNanos),
            }));
        if (journal.UnfinishedBytes > 0) Line($"  {Number(journal.UnfinishedBytes)} bytes at its end are being written, or were when the process died; nothing in them was acknowledged.");
        Rows(
            ["cursor", "position", "behind", ""],
            journal.Cursors.Select(each => each.Fault is { } fault ? [each.Name, "?", "", fault] : new[] { each.Name, Number(each.Position), Size(each.BytesBehind), "" }));
        if (journal.Damage.Count == 0) Line($"  Nothing is lost.");
        foreach (var each in journal.Damage)
            Line($"  LOST: positions {each.FromPosition} to {each.ToPosition}, {each.EntriesLost?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} entries, in {Path.GetFileName(each.File)}: {each.Reason}");
    }

    private void Write(StateInspection state, long? tail)
    {
        Line($"State {state.Directory}: {(state.Recovered is { } file ? $"a start would take {file}" : state.Checkpoints.Count == 0 ? "no checkpoint yet" : "no checkpoint can be recovered")}");
        Rows(
            ["checkpoint", "number", "position", "to replay", "traces", "shards", ""],
            state.Checkpoints.Select(each => new[]
            {
                each.File, Number(each.Sequence), Number(each.Position), tail is { } end ? Size(Math.Max(0, end - each.Position)) : "?", Number(each.Traces), Number(each.Shards),
                each.Fault is { } fault ? $"CANNOT BE RECOVERED: {fault}" : "",
            }));
        if (state.Recovered is not null && state.Relays.Count == 0) Line($"  No handoff was open at the checkpoint.");
        Rows(
            ["open at the checkpoint", "waiting", "running", "missed", "oldest published"],
            state.Relays.Select(each => new[] { each.Relay, Number(each.Waiting), Number(each.Running), Number(each.Missed), Time(each.OldestPublishedUnixNanos) }));
        if (state.DamagedRecords > 0) Line($"  LOST: {Number(state.DamagedRecords)} damaged records; what they said of their handoffs is not known any more.");
        if (state.SkippedRanges > 0) Line($"  {Count(state.SkippedRanges, "range")} of the journal, on which judging failed, are left out.");
        foreach (var path in state.PutAside) Line($"  Put aside earlier: {path}");
    }

    private void Rows(string[] header, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(header).ToList();
        if (all.Count == 1) return;
        var widths = header.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
            output.WriteLine(("  " + string.Join("  ", row.Select((cell, column) => column == 0 || column == row.Length - 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))).TrimEnd());
    }

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Count(int number, string what) => $"{Number(number)} {what}{(number == 1 ? "" : "s")}";

    private static string Size(long bytes) => bytes < 10_240
        ? $"{Number(bytes)} B"
        : bytes < 10L << 20 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:N1} KiB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N1} MiB");

    private static string Time(long unixNanos) =>
        unixNanos == 0 ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(unixNanos / 1_000_000).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
