using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Testing.Engine;

namespace Baton.Simulation;

/// <summary>Requests of many spans that differ in trace ids and times only: made once, and then patched in place.</summary>
internal sealed class ChurnBatch
{
    private const long Second = 1_000_000_000;

    private readonly SpanScanner _scanner;
    private readonly int _jobs;
    private readonly PatchedRequest _publish;
    private readonly PatchedRequest _complete;

    public ChurnBatch(int jobs, ContinuityOptions rules)
    {
        _scanner = new SpanScanner(ScanPlan.Create(rules));
        _jobs = jobs;
        _publish = new PatchedRequest([.. Enumerable.Range(0, jobs).Select(job => Span(SpanSpec.Producer("produce.render_job", 0, 0).As("p"), job))]);
        _complete = new PatchedRequest([.. Enumerable.Range(0, jobs).SelectMany(job => new[]
        {
            Span(SpanSpec.Consumer("worker.ack_wake", 0, 0).As("a").Under("p"), job), Span(SpanSpec.Internal("worker.complete", 0, 0).As("c").Under("p"), job),
        })]);
    }

    public void Publish(Journal journal, long step, int perSecond) => Append(journal, _publish, step, Story.Epoch + step * Second / perSecond, 1);

    public void Complete(Journal journal, long step, int after, int perSecond) => Append(journal, _complete, step, Story.Epoch + (step + after * perSecond) * Second / perSecond, 2);

    private static SpanSpec Span(SpanSpec span, int job) => span.In($"t{job}");

    private void Append(Journal journal, PatchedRequest template, long step, long time, int spansPerJob)
    {
        template.Patch(step, time, spansPerJob);
        using var events = new EventWriter();
        if (!_scanner.Scan(template.Bytes, events).IsOk) throw new InvalidOperationException("The template does not decode.");
        var stored = journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, events.Written.ToArray(), template.Bytes, _jobs * spansPerJob).AsTask().GetAwaiter().GetResult();
        if (stored.Status != AppendStatus.Stored) throw new InvalidOperationException($"The journal answered {stored.Status}.");
    }
}
