using Google.Protobuf;

namespace Baton.Processor.Demo;

/// <summary>Plays jobs, one after the other: sends each span when it ends, and tells what Baton adds as soon as it is there.</summary>
internal sealed class JobPlay(DemoInstance instance, DemoBackend backend, Report report, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Beyond the moment by which everything should be told: for a machine that is busy.
    private const double Patience = 15;

    private readonly List<ByteString> _sent = [];
    private int _told;

    /// <summary>Spans that the applications sent so far.</summary>
    public int Sent => _sent.Count;

    /// <summary>Plays a scenario to its end, or until patience is.</summary>
    public async Task<Conclusion> RunAsync(Scenario scenario, int number, CancellationToken cancellation)
    {
        var before = await instance.ScrapeAsync(cancellation);
        // Whole milliseconds: times that a person compares.
        var job = new Job(scenario, number, time.UnixNanos() / 1_000_000 * 1_000_000);
        foreach (var exported in scenario.Spans.GroupBy(span => span.End))
        {
            var running = $"{exported.First().Name} is running";
            await WaitAsync(job, () => SecondsOf(job) >= exported.Key, exported.Key + Patience, running, cancellation);
            await instance.SendAsync(job.Export(exported), cancellation);
            foreach (var span in exported)
                report.Event(span.End, job.ServiceOf(span), span.Name);
            _sent.AddRange(exported.Select(job.IdOf));
        }

        // What is expected decides how long to wait, never what is concluded.
        var limit = SecondsOf(job) + Patience;
        var waiting = scenario.Expected.Count > 0 ? $"Baton waits, and will tell {scenario.Expected[^1].Name}" : "Baton joins the spans";
        await WaitAsync(job, () => ToldOf(job).Length >= scenario.Expected.Count, limit, waiting, cancellation);
        var moves = (await instance.ScrapeAsync(cancellation)).Since(before);
        while (!scenario.Moves.All(move => move.IsMet(moves)) && SecondsOf(job) < limit)
        {
            await Task.Delay(Pause, time, cancellation);
            moves = (await instance.ScrapeAsync(cancellation)).Since(before);
        }
        return new Conclusion(job, ToldOf(job), moves);
    }

    /// <summary>The conclusion with everything that has come since: more than there should be is as wrong as less.</summary>
    public Conclusion Again(Conclusion conclusion) => conclusion with { Told = ToldOf(conclusion.Job) };

    /// <summary>Waits until every span of the applications has come out of Baton, or patience ends; the number that has not.</summary>
    public async Task<int> CountMissingAsync(CancellationToken cancellation)
    {
        var limit = time.GetUtcNow() + TimeSpan.FromSeconds(Patience);
        while (true)
        {
            var missing = _sent.Except(backend.Spans.Select(received => received.Span.SpanId)).Count();
            if (missing == 0 || time.GetUtcNow() > limit)
                return missing;
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private async Task WaitAsync(Job job, Func<bool> isDone, double limit, string what, CancellationToken cancellation)
    {
        TellNew(job);
        while (!isDone() && SecondsOf(job) < limit)
        {
            report.Progress(SecondsOf(job), what);
            await Task.Delay(Pause, time, cancellation);
            await instance.ThrowIfEndedAsync();
            TellNew(job);
        }
    }

    private void TellNew(Job job)
    {
        var told = backend.Spans.Where(received => received.IsTold).ToArray();
        foreach (var received in told.Skip(_told))
        {
            var seconds = (received.ArrivedUnixNanos - job.StartUnixNanos) / (double)UnixTime.NanosPerSecond;
            report.Event(seconds, "Baton", $"{received.Span.Name}  {received["baton.verdict"]}", Tone.Heading);
        }
        _told = told.Length;
    }

    private Received[] ToldOf(Job job) =>
    [
        .. backend.Spans.Where(received =>
            received.IsTold && (received.Span.TraceId.Equals(job.TraceId) || received.Span.TraceId.Equals(job.WorkerTraceId))),
    ];

    private double SecondsOf(Job job) => (time.UnixNanos() - job.StartUnixNanos) / (double)UnixTime.NanosPerSecond;
}
