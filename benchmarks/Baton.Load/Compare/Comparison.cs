using System.Globalization;
using Baton.Load.Generate;

namespace Baton.Load.Compare;

/// <summary>All rounds of a comparison, one cell after the other; never two hops at once.</summary>
internal sealed class Comparison(CompareOptions options, IReadOnlyList<HopUnderTest> hops)
{
    public async Task<IReadOnlyList<Cell>> RunAsync(CancellationToken stop)
    {
        await using var sink = await SinkProcess.StartAsync(stop);
        await WarmSinkAsync(sink, stop);
        var cells = new List<Cell>();
        var run = new CellRun(options, sink);
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (var load in options.Loads)
            {
                // Reversed every other round: whatever drifts on the machine then hits each hop alike.
                foreach (var hop in round % 2 == 1 ? hops : hops.Reverse())
                {
                    var cell = await run.RunAsync(round, load, hop, stop);
                    cells.Add(cell);
                    await Console.Error.WriteLineAsync(Line(cell));
                }
            }
        }

        return cells;
    }

    /// <summary>The sink lives through all rounds: without this the first hop alone would meet it cold.</summary>
    private async Task WarmSinkAsync(SinkProcess sink, CancellationToken stop)
    {
        foreach (var load in options.Loads)
        {
            await using var generator = new GeneratorProcess(options, load, sink.Port);
            for (var phase = Phase.Counting; phase <= Phase.Last; phase++) await generator.EntersAsync(phase, stop);
            await generator.ResultAsync(stop);
        }
    }

    private static string Line(Cell cell) => string.Create(CultureInfo.InvariantCulture,
        $"round {cell.Round}, {cell.Load}, {cell.Hop}: {cell.CpuPerMillion:F2} CPU s/M, {cell.Rate / 1000:F0}k spans/s, ")
        + string.Create(CultureInfo.InvariantCulture, $"p99 {cell.P99Ms:F1} ms, other {cell.OtherCores:F2} cores")
        + (cell.Missing == 0 ? "" : $", MISSING {cell.Missing}") + (cell.Note is null ? "" : $" ({cell.Note})");
}
