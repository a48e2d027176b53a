using System.Globalization;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Demo;

/// <summary>The demo in words: what is being done, what Baton concludes of each job, and the summary.</summary>
internal sealed class Report(Screen screen)
{
    private const int FieldWidth = 14;

    /// <summary>What is about to be seen.</summary>
    public void Opening(ContinuitySection continuity, int jobs)
    {
        var deadlines = continuity.Relays[0].Deadlines;
        screen.Text(
            $"Baton demo: {jobs} render jobs, all but one in trouble, and what Baton says of each. It starts a Baton of its own, "
            + "needs nothing else, and leaves nothing behind. About 20 seconds.");
        screen.Line();
        screen.Text("  order-api publishes a job (produce.render_job); render-worker picks it up (worker.ack_wake), works (worker.run) "
            + "and ends with worker.complete. Spans go to Baton over OTLP/gRPC, and from it to a backend.", 2);
        screen.Text($"  Deadlines: picked up within {GoDuration.Format(deadlines.ScheduleToStart!.Value)}, "
            + $"completed within {GoDuration.Format(deadlines.StartToClose!.Value)} after that. A deadline is told "
            + $"{GoDuration.Format(continuity.ExportLag)} after it passed (export_lag), as spans may still be on their way.", 2);
    }

    /// <summary>A job begins.</summary>
    public void Begin(Scenario scenario, int number, int count)
    {
        screen.Line();
        screen.Line($"{number} of {count}  {scenario.Title.ToUpperInvariant()}", Tone.Heading);
        screen.Text("  " + scenario.Story, 2);
        screen.Line();
    }

    /// <summary>A span was sent, by an application or by Baton.</summary>
    /// <param name="seconds">Since the start of the job's publication.</param>
    /// <param name="who">The application, or Baton.</param>
    /// <param name="span">The span's name, and what else matters.</param>
    /// <param name="tone">The line's tone.</param>
    public void Event(double seconds, string who, string span, Tone tone = Tone.Plain) =>
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"  {seconds,7:0.000} s  {who,-13}  {span}"), tone);

    /// <summary>What is being waited for.</summary>
    public void Progress(double seconds, string what) =>
        screen.Progress(string.Create(CultureInfo.InvariantCulture, $"  {seconds,7:0.0} s  {what}"));

    /// <summary>What Baton concluded of a job.</summary>
    public void Conclude(Conclusion conclusion)
    {
        screen.Line();
        Field("Baton saw", Seen(conclusion));
        foreach (var (i, verdict) in conclusion.Verdicts.Index())
        {
            var tone = verdict is "continuous" or "completed_late" ? Tone.Good : Tone.Bad;
            Field(i == 0 ? "Verdict" : "then", $"{verdict}: {Wording.OfVerdict(verdict)}", tone);
        }
        if (conclusion.Grew("baton_wake_up_latency_seconds_count") > 0)
            Field("Wake-up", $"{WakeUp(conclusion)} from the publication's end to the pick-up");
        if (conclusion.Grew("baton_full_link_seconds_count") > 0)
            Field("Full link", $"{FullLink(conclusion)} from the publication's end to the completion's");
        foreach (var told in conclusion.Told)
            new ToldSpan(conclusion.Job, told).Write(screen, Field);
        if (conclusion.Told.Count == 0)
            Field("Span added", conclusion.Verdicts is ["continuous"] ? "none: a whole trace stays as it is" : "none");
        if (Wording.NextStep(conclusion.Verdicts) is { Length: > 0 } next)
            Field("Next step", next);
        WriteMoves(conclusion);
        WriteDifferences(conclusion);
    }

    /// <summary>All jobs once more.</summary>
    /// <param name="conclusions">In order.</param>
    /// <param name="missing">Spans of the applications that did not come out of Baton; 0 is right.</param>
    /// <param name="sent">Spans that the applications sent.</param>
    public void Summary(IReadOnlyList<Conclusion> conclusions, int missing, int sent)
    {
        screen.Line();
        screen.Line("SUMMARY", Tone.Heading);
        foreach (var conclusion in conclusions)
        {
            var verdicts = string.Join(", then ", conclusion.Verdicts);
            screen.Line($"  {conclusion.Job.Number}  {conclusion.Job.Scenario.Title,-16}  {verdicts}", conclusion.IsExpected ? Tone.Plain : Tone.Bad);
            foreach (var told in conclusion.Told)
                screen.Text($"{"",23}{told.Span.Name}: {ToldSpan.StatusOf(told.Span)}", 25, Tone.Faint);
            if (conclusion.Told.Count == 0 && conclusion.Grew("baton_full_link_seconds_count") > 0)
                screen.Text($"{"",23}wake-up {WakeUp(conclusion)}, full link {FullLink(conclusion)}, no span added", 25, Tone.Faint);
            WriteDifferences(conclusion);
        }
        screen.Line();
        var added = conclusions.Sum(conclusion => conclusion.Told.Count);
        screen.Text(missing == 0
            ? $"All {sent} spans that the applications sent came out of Baton, and {added} of its own."
            : $"Of {sent} spans that the applications sent, {missing} did not come out of Baton.", 0, missing == 0 ? Tone.Plain : Tone.Bad);
        var wrong = conclusions.Count(conclusion => !conclusion.IsExpected);
        screen.Text(wrong == 0
            ? $"All {conclusions.Count} conclusions are the expected ones."
            : $"{wrong} of {conclusions.Count} conclusions {(wrong == 1 ? "is NOT the expected one" : "are NOT the expected ones")}; what differs is said above.", 0, wrong == 0 ? Tone.Good : Tone.Bad);
    }

    private static string WakeUp(Conclusion conclusion) => Seconds(conclusion.Grew("baton_wake_up_latency_seconds_sum"));

    private static string FullLink(Conclusion conclusion) => Seconds(conclusion.Grew("baton_full_link_seconds_sum"));

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.000} s");

    private static string Seen(Conclusion conclusion)
    {
        var parts = new List<string> { conclusion.Grew("baton_handoffs_opened_total") > 0 ? "the publication" : "no publication" };
        var matches = conclusion.Moves.Where(move => move.Name == "baton_joins_total").SelectMany(move => move.Labels)
            .Where(label => label.StartsWith("match=", StringComparison.Ordinal)).Select(label => label["match=".Length..]);
        parts.Add(conclusion.Grew("baton_wake_up_latency_seconds_count") > 0 ? $"a pick-up, tied to it by {string.Join(" and ", matches)}" : "no pick-up");
        parts.Add(conclusion.Grew("baton_handoffs_completed_total") > 0 ? "a completion" : "no completion");
        if (conclusion.Grew("baton_orphan_consumers_total") > 0)
            parts.Add("and a worker's span without a trace context (an orphan)");
        return string.Join("; ", parts) + ".";
    }

    private void WriteMoves(Conclusion conclusion)
    {
        var label = "Metrics";
        foreach (var move in conclusion.Moves.Where(move => !move.Name.EndsWith("_sum", StringComparison.Ordinal)))
        {
            Field(label, string.Create(CultureInfo.InvariantCulture, $"{move.Name} +{move.By:0}"), Tone.Faint);
            // The same for every job of the demo.
            var labels = move.Labels.Where(text => text is not ("relay=render_job" or "service=order-api" or "service=render-worker")).ToArray();
            if (labels.Length > 0)
                Field("", "  " + string.Join(", ", labels), Tone.Faint);
            label = "";
        }
    }

    private void WriteDifferences(Conclusion conclusion)
    {
        foreach (var difference in conclusion.Differences)
            Field("UNEXPECTED", difference, Tone.Bad);
    }

    private void Field(string label, string text, Tone tone = Tone.Plain) => screen.Text($"  {label,-FieldWidth + 2}{text}", FieldWidth, tone);
}
