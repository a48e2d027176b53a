using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;
using Baton.Processor.WebConsole;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Tests.WebConsole;

public sealed class BrokenHandoffsTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_800_000_000 * Second;

    private readonly BrokenHandoffs _broken = new();

    [Fact]
    public void A_deadline_span_is_kept_with_what_it_says()
    {
        _broken.Add(Deadline(1, ("baton.worker.service", "renderer"), ("messaging.destination.name", "render"), ("baton.evidence", "acknowledged"))
            with
        { Service = "api" });

        var one = Assert.Single(_broken.All);
        Assert.Equal(("render_job", "api", "renderer", "render", "acknowledged"), (one.Relay, one.Service, one.Worker, one.Destination, one.Evidence));
        Assert.Equal((Start, Start + 30 * Second, Start + 40 * Second), (one.PublishedAt, one.DeadlineAt, one.ToldAt));
        Assert.True(one.IsOpen);
        Assert.Equal(1, _broken.Told);
    }

    [Fact]
    public void A_late_pick_up_and_a_late_completion_are_added()
    {
        _broken.Add(Deadline(1));
        _broken.PickedUp(new HandoffView("render_job", "api", new TraceId(9, 1), new SpanId(1), Start), 45);
        Assert.Equal(Start + 45 * Second, Assert.Single(_broken.All).PickedUpAt);

        var span = Deadline(1).Span;
        span.Attributes.Add(new KeyValue { Key = "baton.full_link.seconds", Value = new AnyValue { DoubleValue = 60 } });
        _broken.Add(Deadline(1) with { Kind = SynthesizedKind.Recovered, Serialized = span.ToByteArray() });

        var one = Assert.Single(_broken.All);
        Assert.Equal((Start + 60 * Second, false, false), (one.CompletedAt, one.IsOpen, one.TakenBack));
        Assert.Equal(1, _broken.Told);
    }

    [Fact]
    public void One_that_was_told_too_early_is_taken_back()
    {
        _broken.Add(Deadline(1));
        _broken.Add(Deadline(1, ("baton.evidence", "reported_too_early")) with { Kind = SynthesizedKind.Recovered });

        Assert.True(Assert.Single(_broken.All).TakenBack);
    }

    [Fact]
    public void One_that_is_told_anew_is_there_once_and_one_that_is_withdrawn_is_gone()
    {
        _broken.Add(Deadline(1));
        _broken.Add(Deadline(1, ("baton.evidence", "none")));
        Assert.Equal("none", Assert.Single(_broken.All).Evidence);

        _broken.Withdrawn(new HandoffView("render_job", "api", new TraceId(9, 1), new SpanId(1), Start));
        Assert.Empty(_broken.All);
    }

    [Fact]
    public void The_producer_of_an_orphan_may_be_found_later()
    {
        _broken.Add(Deadline(1) with { Kind = SynthesizedKind.Orphan, Verdict = Verdict.ContextDropped });
        _broken.Attributed(new HandoffView("render_job", "worker", new TraceId(9, 1), new SpanId(1), Start), new TraceId(7, 7), new SpanId(8));

        var one = Assert.Single(_broken.All);
        Assert.Equal(("00000000000000070000000000000007", "0000000000000008", "job_id"), (one.Linked.TraceId, one.Linked.SpanId, one.Match));
        Assert.False(one.IsOpen);
    }

    [Fact]
    public void A_flood_keeps_the_latest_and_those_with_which_it_began()
    {
        for (ulong i = 1; i <= 10_000; i++)
            _broken.Add(Deadline(i));

        var kept = _broken.All.Select(one => one.SpanId.Value).Order().ToList();
        Assert.Equal(BrokenHandoffs.Latest + BrokenHandoffs.Older, kept.Count);
        Assert.Equal(1UL, kept[0]);
        Assert.Equal((ulong)BrokenHandoffs.Older, kept[BrokenHandoffs.Older - 1]);
        Assert.Equal(10_000UL - BrokenHandoffs.Latest + 1, kept[BrokenHandoffs.Older]);
        Assert.Equal(10_000, _broken.Told);
    }

    [Fact]
    public void Old_ones_that_have_completed_make_room()
    {
        for (ulong i = 1; i <= 1000; i++)
            _broken.Add(Deadline(i));
        _broken.Add(Deadline(1, ("baton.evidence", "reported_too_early")) with { Kind = SynthesizedKind.Recovered });
        _broken.Add(Deadline(1001));
        _broken.Add(Deadline(1002));

        Assert.DoesNotContain(_broken.All, one => one.SpanId.Value == 1);
        Assert.Contains(_broken.All, one => one.SpanId.Value == 2);
        Assert.Equal(BrokenHandoffs.Latest + BrokenHandoffs.Older, _broken.All.Count);
    }

    [Fact]
    public void Long_texts_are_cut()
    {
        _broken.Add(Deadline(1, ("messaging.destination.name", new string('x', 100_000))));

        Assert.Equal(257, Assert.Single(_broken.All).Destination.Length);
    }

    internal static ToldSpan Deadline(ulong job, params (string Key, string Value)[] attributes)
    {
        var span = new Span { StartTimeUnixNano = (ulong)Start, EndTimeUnixNano = (ulong)(Start + 30 * Second) };
        foreach (var (key, value) in attributes.Append(("baton.relay", "render_job")))
            span.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { StringValue = value } });
        return new ToldSpan(SynthesizedKind.Deadline, new TraceId(9, job), new SpanId(job), "api", span.ToByteArray())
        {
            Verdict = Verdict.SilentSleep,
            Deadline = DeadlineKind.ScheduleToStart,
            DeadlineAtUnixNanos = Start + 30 * Second,
            ToldAtUnixNanos = Start + 40 * Second,
        };
    }
}
