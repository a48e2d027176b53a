using System.Diagnostics;
using Baton.Load.Generate;

namespace Baton.Load.Compare;

/// <summary>Measures one cell: a fresh hop, a fresh generator, the common sink.</summary>
internal sealed class CellRun(CompareOptions options, SinkProcess sink)
{
    /// <summary>The sink has stood still for so long: what has not arrived does not arrive.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(30);

    public async Task<Cell> RunAsync(int round, LoadShape load, HopUnderTest hop, CancellationToken stop)
    {
        string directory = Directory.CreateDirectory(Path.Combine(options.Data, $"baton-load-{Path.GetRandomFileName()}")).FullName;
        try
        {
            long before = (await sink.CountAsync(stop)).Spans;
            var running = await hop.StartAsync(sink.Port, directory, options.Cores, stop);
            await using var process = running.Process;
            var ready = process.Cpu();
            await using var generator = new GeneratorProcess(options, load, running.Port);

            await generator.EntersAsync(Phase.Counting, stop);
            var heap = await HeapReading.TakeAsync(running.AdminPort, stop);
            var start = await Reading.TakeAsync(process, sink, generator.Process, stop);
            await generator.EntersAsync(Phase.Tail, stop);
            var end = await Reading.TakeAsync(process, sink, generator.Process, stop);
            heap = await HeapReading.TakeAsync(running.AdminPort, stop) is { } later && heap is { } earlier ? later.Since(earlier) : null;
            await generator.EntersAsync(Phase.Last, stop);
            var result = await generator.ResultAsync(stop);
            await DrainedAsync(before + result.Acknowledged, stop);
            var drained = await Reading.TakeAsync(process, sink, generator.Process, stop);
            string? note = await NoteAsync(running, result, stop);
            return Measured(round, load, hop.Name, (start, end, drained), result, running.Process.PeakResident(), before, note) with
            {
                Heap = heap,
                CpuWhole = (process.Cpu() - ready).TotalSeconds / ((drained.Arrived - before) / 1e6),
            };
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task DrainedAsync(long expected, CancellationToken stop)
    {
        long last = -1;
        long moved = Stopwatch.GetTimestamp();
        while (true)
        {
            long arrived = (await sink.CountAsync(stop)).Spans;
            if (arrived >= expected || (arrived == last && Stopwatch.GetElapsedTime(moved) > Still)) return;
            if (arrived != last) moved = Stopwatch.GetTimestamp();
            last = arrived;
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
        }
    }

    private static async Task<string?> NoteAsync(RunningHop hop, LoadResult result, CancellationToken stop)
    {
        string? handoffs = hop.AdminPort == 0 ? null : await BatonMetrics.DescribeAsync(hop.AdminPort, result.Jobs, stop);
        string?[] notes = [handoffs, result.FirstFailure, result.Rejected == 0 ? null : $"{result.Rejected} spans rejected"];
        string note = string.Join("; ", notes.Where(one => one is not null));
        return note.Length == 0 ? null : note;
    }

    private static Cell Measured(
        int round, LoadShape load, string hop, (Reading Start, Reading End, Reading Drained) at, LoadResult result, long peak, long before,
        string? note)
    {
        double seconds = (at.End.At - at.Start.At).TotalSeconds;
        long arrived = at.End.Arrived - at.Start.Arrived;
        double millions = arrived / 1e6;
        double Cost(Func<Reading, TimeSpan> of) => (of(at.End) - of(at.Start)).TotalSeconds / millions;
        var rig = at.End.Hop + at.End.Sink + at.End.Load - at.Start.Hop - at.Start.Sink - at.Start.Load;
        return new Cell(
            round, load, hop,
            CpuPerMillion: Cost(reading => reading.Hop),
            CpuToDrain: (at.Drained.Hop - at.Start.Hop).TotalSeconds / ((at.Drained.Arrived - at.Start.Arrived) / 1e6),
            Rate: arrived / seconds,
            Kept: arrived / seconds / (result.CountedSpans / result.CountedSeconds),
            result.P50Ms, result.P99Ms,
            PeakMiB: peak / (1024.0 * 1024),
            SinkPerMillion: Cost(reading => reading.Sink),
            LoadPerMillion: Cost(reading => reading.Load),
            OtherCores: Math.Max(0, (at.End.Machine - at.Start.Machine - rig).TotalSeconds / seconds),
            Missing: before + result.Acknowledged - at.Drained.Arrived,
            result.Failed, note)
        {
            CountedSeconds = seconds,
        };
    }
}
