using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Processor.Analyze.Input;
using Baton.Processor.Analyze.Reports;

namespace Baton.Processor.Analyze;

/// <summary>What is to be analyzed.</summary>
/// <param name="Inputs">The inputs, in order; each can be read.</param>
/// <param name="Rules">What to decide by.</param>
/// <param name="IsStrict">Whether the first bad line ends it.</param>
/// <param name="SpansPath">Where synthesized spans go; null for nowhere.</param>
internal sealed record AnalysisRequest(IReadOnlyList<InputFile> Inputs, ContinuityOptions Rules, bool IsStrict, string? SpansPath);

/// <summary>From recorded requests to a report: reads, lets time pass as the recording tells it, and collects what is concluded.</summary>
internal sealed class Analysis(AnalysisRequest request, IReport report, TextWriter error, ProgressLine progress)
{
    // More lines would bury the report.
    private const int FaultsShown = 20;
    private const long MuchEarlierNanos = 600_000_000_000;

    private readonly Findings _findings = new(report);
    private long _begin;
    private long _requests;
    private long _outOfOrder;
    private long _badLines;
    private long _spansLeftOut;
    private long _faults;

    /// <summary>The counts.</summary>
    public Totals Totals => _findings.Totals;

    /// <summary>An input could not be read to its end, or, strictly, a line was bad.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Reads everything, and then lets time run on until nothing is left that could happen.</summary>
    /// <returns>What was analyzed; null if there was nothing to analyze, or a bad line was to end it.</returns>
    /// <exception cref="IOException">A file that is written cannot be.</exception>
    public async Task<Recording?> RunAsync(Stream standardInput, CancellationToken stop)
    {
        using var spans = request.SpansPath is { } path ? new SpansFile(path) : null;
        using var run = new EventTimeRun(request.Rules, _findings, entry => spans?.Write(entry));
        var reading = new InputReading(request.Inputs, standardInput, ScanPlan.Create(request.Rules));
        await foreach (var block in reading.ReadAsync(stop).ConfigureAwait(false))
        {
            TellFaults(block);
            if (HasFailed && request.IsStrict)
                return null;
            Apply(block, run);
            progress.Show(reading.BytesRead, reading.TotalBytes, Totals.Spans, run.OpenTraces);
        }
        progress.Clear();
        if (_requests == 0 && HasFailed)
            return null;
        var end = run.NowUnixNanos;
        report.EndInput(end);
        run.Finish();
        TellSummary();
        return new Recording(Totals, [.. request.Inputs.Select(input => input.Name)], _begin, end);
    }

    private void Apply(BlockParser block, EventTimeRun run)
    {
        foreach (var arrived in block.Requests)
        {
            _requests++;
            Totals.Spans += arrived.Spans;
            if (arrived.LatestEndUnixNanos > 0 && arrived.LatestEndUnixNanos < run.NowUnixNanos - MuchEarlierNanos)
                _outOfOrder++;
            run.Arrive(arrived.LatestEndUnixNanos, block.Events.Slice(arrived.Start, arrived.Length));
            _begin = _begin == 0 ? run.NowUnixNanos : _begin;
        }
    }

    private void TellFaults(BlockParser block)
    {
        foreach (var fault in block.Faults)
        {
            _badLines += fault.Spans == 0 ? 1 : 0;
            _spansLeftOut += fault.Spans;
            Tell(fault.ToString());
            if (request.IsStrict)
            {
                HasFailed = true;
                return;
            }
        }
        if (block.Failure is { } failure)
        {
            HasFailed = true;
            progress.Clear();
            error.WriteLine(failure);
        }
    }

    private void Tell(string fault)
    {
        if (_faults++ >= FaultsShown)
            return;
        progress.Clear();
        error.WriteLine(fault);
        if (_faults == FaultsShown)
            error.WriteLine("What else is bad is only counted.");
    }

    private void TellSummary()
    {
        if (_badLines > 0)
            error.WriteLine($"{Figures.Count(_badLines)} {(_badLines == 1 ? "line was" : "lines were")} skipped: no OTLP. With --strict the first one ends the analysis.");
        if (_spansLeftOut > 0)
            error.WriteLine($"{Figures.Count(_spansLeftOut)} {(_spansLeftOut == 1 ? "span was" : "spans were")} left out, as a receiver would reject {(_spansLeftOut == 1 ? "it" : "them")}.");
        if (Totals.Spans == 0)
            error.WriteLine("No spans were found. Does the recording hold traces, and not only metrics or logs?");
        if (_outOfOrder > 0)
            error.WriteLine($"{Figures.Count(_outOfOrder)} of {Figures.Count(_requests)} requests are out of order. {Advice.OutOfOrder}");
    }
}
