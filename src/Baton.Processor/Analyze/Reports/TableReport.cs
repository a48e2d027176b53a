using Baton.Continuity.Judge;
using Baton.Processor.Demo;

namespace Baton.Processor.Analyze.Reports;

/// <summary>
/// The report for people: how often each verdict was given, the worst first, then the worst cases of each with what to do about them, then
/// each relay's times. Keeps no more than it shows.
/// </summary>
/// <param name="page">Makes a page of the output.</param>
internal sealed class TableReport(Func<TextWriter, Page> page) : IReport
{
    private const int Shown = 10;

    private readonly Dictionary<Verdict, Worst<HandoffOutcome>> _handoffs = [];
    private readonly Dictionary<Verdict, long> _dueAfterEnd = [];
    private readonly Worst<Orphan> _orphans = new(Shown, (a, b) => Earlier(a.Worker, b.Worker));
    private readonly Worst<HandoffView> _producersMissing = new(Shown, Earlier);
    private readonly SortedDictionary<string, RelayTimes> _relays = new(StringComparer.Ordinal);
    private long _end = long.MaxValue;

    /// <inheritdoc/>
    public void Add(in HandoffOutcome outcome)
    {
        if (!_relays.TryGetValue(outcome.Handoff.Relay, out var relay))
            _relays.Add(outcome.Handoff.Relay, relay = new RelayTimes());
        relay.Add(outcome);
        if (outcome.Verdict is Verdict.Continuous or Verdict.Open)
            return;
        if (!_handoffs.TryGetValue(outcome.Verdict, out var worst))
            _handoffs.Add(outcome.Verdict, worst = new(Shown, outcome.Verdict == Verdict.CompletedLate ? Later : Earlier));
        worst.Add(outcome);
        if (outcome.Told != DeadlineKind.None && outcome.DeadlineAtUnixNanos > _end)
            _dueAfterEnd[outcome.Verdict] = _dueAfterEnd.GetValueOrDefault(outcome.Verdict) + 1;
    }

    /// <inheritdoc/>
    public void AddOrphan(in Orphan orphan) => _orphans.Add(orphan);

    /// <inheritdoc/>
    public void AddMissingProducer(in HandoffView consumer) => _producersMissing.Add(consumer);

    /// <inheritdoc/>
    public void EndInput(long endUnixNanos) => _end = endUnixNanos;

    /// <inheritdoc/>
    public void Write(TextWriter output, Recording recording)
    {
        var sheet = page(output);
        WriteSummary(sheet, recording);
        foreach (var verdict in Advice.WorstFirst.Where(verdict => recording.Totals.Of(verdict) > 0))
            WriteSection(sheet, verdict, recording);
        var notJudged = recording.Totals.HandoffsOf(Verdict.Open);
        if (notJudged > 0)
        {
            sheet.Line();
            sheet.Line($"not judged  {Figures.Count(notJudged)}", Tone.Heading);
            sheet.Text($"  → {Advice.NotJudged}", 4);
        }
        WriteRelays(sheet);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static void WriteSummary(Page sheet, Recording recording)
    {
        var totals = recording.Totals;
        var time = recording.BeginUnixNanos == 0
            ? ""
            : $", {Figures.Time(recording.BeginUnixNanos)} to {Figures.Time(recording.EndUnixNanos)} UTC ({Figures.Duration(recording.EndUnixNanos - recording.BeginUnixNanos)})";
        var inputs = recording.Inputs.Count == 1 ? recording.Inputs[0] : $"{recording.Inputs.Count} files";
        sheet.Text($"{inputs}: {Figures.Count(totals.Spans)} spans{time}, {Figures.Count(totals.Handoffs)} handoffs", 2);
        sheet.Line();
        foreach (var verdict in Advice.WorstFirst.Append(Names.Of(Verdict.Continuous)))
        {
            var count = totals.Of(verdict);
            var tone = count == 0 ? Tone.Faint : verdict == Names.Of(Verdict.Continuous) ? Tone.Good : Tone.Bad;
            if (count > 0 || verdict == Names.Of(Verdict.Continuous))
                sheet.Line($"  {Figures.Count(count),11}  {verdict,-18}  {Advice.Meaning(verdict)}", tone);
        }
    }

    private void WriteSection(Page sheet, string verdict, Recording recording)
    {
        sheet.Line();
        sheet.Line($"{verdict}  {Figures.Count(recording.Totals.Of(verdict))}", Tone.Heading);
        var shown = verdict == Totals.ProducerMissing ? WriteMissingProducers(sheet)
            : verdict == Names.Of(Verdict.ContextDropped) ? WriteOrphans(sheet)
            : WriteHandoffs(sheet, _handoffs.First(pair => Names.Of(pair.Key) == verdict).Value.Items, recording);
        if (recording.Totals.Of(verdict) > shown)
            sheet.Line($"  and {Figures.Count(recording.Totals.Of(verdict) - shown)} more; --format json has all of them", Tone.Faint);
        var due = _dueAfterEnd.FirstOrDefault(pair => Names.Of(pair.Key) == verdict).Value;
        if (due > 0)
            sheet.Text($"  {Figures.Count(due)} of them {(due == 1 ? "was" : "were")} due only after the recording ended: {(due == 1 ? "it" : "they")} may have completed since.", 2, Tone.Faint);
        sheet.Text($"  → {Advice.Of(verdict)}", 4);
    }

    private static int WriteHandoffs(Page sheet, IReadOnlyList<HandoffOutcome> handoffs, Recording recording)
    {
        var late = handoffs[0].Verdict == Verdict.CompletedLate;
        var table = new TextTable(
            new("PUBLISHED (UTC)"), new("RELAY", MayShrink: true), new("FROM → TO", MayShrink: true), new("DEADLINE"),
            new(late ? "TOOK" : "WAITED", AlignRight: true), new("TRACE"));
        foreach (var handoff in handoffs)
        {
            var published = handoff.Handoff.PublishedUnixNanos;
            table.Add(
                Figures.Time(published),
                handoff.Handoff.Relay,
                Way(handoff),
                Deadline(handoff),
                late ? Figures.Duration(handoff.FullLinkNanos) : Figures.Duration(Math.Max(0, recording.EndUnixNanos - published)),
                handoff.Handoff.TraceId.ToString());
        }
        table.WriteTo(sheet);
        return handoffs.Count;
    }

    private int WriteOrphans(Page sheet)
    {
        var table = new TextTable(new("ENDED (UTC)"), new("RELAY", MayShrink: true), new("WORKER", MayShrink: true), new("ITS TRACE"), new("ITS JOB'S TRACE"));
        foreach (var (worker, trace, producer) in _orphans.Items)
        {
            table.Add(
                Figures.Time(worker.PublishedUnixNanos), worker.Relay, Known(worker.Service), worker.TraceId.ToString(),
                producer.IsZero ? "not found" : trace.ToString());
        }
        table.WriteTo(sheet);
        return _orphans.Items.Count;
    }

    private int WriteMissingProducers(Page sheet)
    {
        var table = new TextTable(new("ENDED (UTC)"), new("RELAY", MayShrink: true), new("WORKER", MayShrink: true), new("SPAN"), new("TRACE"));
        foreach (var view in _producersMissing.Items)
            table.Add(Figures.Time(view.PublishedUnixNanos), view.Relay, Known(view.Service), view.SpanId.ToString(), view.TraceId.ToString());
        table.WriteTo(sheet);
        return _producersMissing.Items.Count;
    }

    private void WriteRelays(Page sheet)
    {
        if (_relays.Count == 0)
            return;
        var table = new TextTable(
            new("RELAY", MayShrink: true), new("HANDOFFS", true), new("CONTINUOUS", true), new("WAKE-UP P50", true), new("P99", true), new("MAX", true),
            new("FULL LINK P50", true), new("P99", true), new("MAX", true));
        foreach (var (name, relay) in _relays)
            table.Add([name, Figures.Count(relay.Handoffs), Figures.Count(relay.Continuous), .. relay.WakeUp.Texts(), .. relay.FullLink.Texts()]);
        sheet.Line();
        table.WriteTo(sheet);
    }

    private static string Way(in HandoffOutcome handoff) =>
        $"{Known(handoff.Handoff.Service)} → {(handoff.Destination.Length > 0 ? handoff.Destination + " → " : "")}{Known(handoff.Worker)}";

    private static string Deadline(in HandoffOutcome handoff)
    {
        var kind = handoff.Told == DeadlineKind.None ? "" : Names.Of(handoff.Told).Replace("_timeout", " ", StringComparison.Ordinal);
        return kind + Figures.Duration(Math.Max(0, handoff.DeadlineAtUnixNanos - handoff.Handoff.PublishedUnixNanos));
    }

    private static string Known(string service) => service.Length > 0 ? service : "?";

    private static int Earlier(HandoffView a, HandoffView b) =>
        new RecordKey(a.PublishedUnixNanos, a.TraceId, a.SpanId).CompareTo(new RecordKey(b.PublishedUnixNanos, b.TraceId, b.SpanId));

    private static int Earlier(HandoffOutcome a, HandoffOutcome b) => Earlier(a.Handoff, b.Handoff);

    // The later behind its deadline, the worse.
    private static int Later(HandoffOutcome a, HandoffOutcome b)
    {
        var (aBehind, bBehind) = (Behind(a), Behind(b));
        return aBehind != bBehind ? bBehind.CompareTo(aBehind) : Earlier(a.Handoff, b.Handoff);
    }

    private static long Behind(in HandoffOutcome late) => late.FullLinkNanos - (late.DeadlineAtUnixNanos - late.Handoff.PublishedUnixNanos);

    private sealed class RelayTimes
    {
        public long Handoffs { get; private set; }

        public long Continuous { get; private set; }

        public Times WakeUp { get; } = new();

        public Times FullLink { get; } = new();

        public void Add(in HandoffOutcome outcome)
        {
            Handoffs++;
            Continuous += outcome.Verdict == Verdict.Continuous ? 1 : 0;
            WakeUp.Add(outcome.WakeUpNanos);
            FullLink.Add(outcome.FullLinkNanos);
        }
    }
}
