using Baton.Continuity.Join;
using Baton.Testing.Engine;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>The context was dropped on the way, and the job id leads back to the producer.</summary>
public class JobIdTests
{
    private const string MessageId = "messaging.message.id";

    private static readonly RelayDefinition RenderJob = Relays.RenderJob with { JobIds = [JobIdKey.Of(MessageId)] };
    private static readonly RelayDefinition Queue = Relays.Queue with { JobIds = [JobIdKey.Of("queue", "job"), JobIdKey.Of("job.key")] };

    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.180).As("p").With(MessageId, "job-7");
    private static readonly SpanSpec AckWake = Consumer("worker.ack_wake", 0.310, 0.380).As("a").In("w").With(MessageId, "job-7");
    private static readonly SpanSpec Complete = Internal("worker.complete", 20, 20).As("c").In("w").Under("a");

    private static Story NewStory(int shards = 1, params RelayDefinition[] relays) => new(Relays.Of(relays.Length > 0 ? relays : [RenderJob]), shards);

    private static void IsRepaired(Story story)
    {
        story.Run(6000, 10);
        Assert.Equal(["worker.orphan", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());
        Assert.Equal(1, story.Observer.Count("orphaned render_job worker attributed"));
        Assert.Equal(1, story.Observer.Count("joined render_job job_id"));
        Assert.Contains("acknowledged render_job 0.130", story.Observer.Lines);
        Assert.Contains("completed render_job in_time 19.820", story.Observer.Lines);
        Assert.Equal(0, story.Observer.Count("missed"));
        Assert.Equal(0, story.Traces);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_worker_without_context_is_tied_to_its_producer_after_export_lag_in_any_order(int shards)
    {
        IsRepaired(NewStory(shards).Arrive(1, Publish).Arrive(2, AckWake).Arrive(21, Complete));
        IsRepaired(NewStory(shards).Arrive(2, AckWake).Arrive(5, Publish).Arrive(21, Complete));
        IsRepaired(NewStory(shards).Arrive(20.5, Complete).Arrive(21, AckWake).Arrive(22, Publish));
        IsRepaired(NewStory(shards).Arrive(21, Complete, AckWake, Publish));
    }

    [Fact]
    public void It_waits_for_export_lag()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Run(11.9);
        Assert.Equal(0, story.Observer.Count("joined"));

        story.Run(12.1);
        Assert.Equal(1, story.Observer.Count("joined render_job job_id"));
    }

    [Fact]
    public void Both_traces_are_told_and_link_to_each_other()
    {
        var story = NewStory(3).Arrive(1, Publish).Arrive(2, AckWake).Arrive(21, Complete).Run(100, 1);

        var orphan = Assert.Single(story.SpansNamed("worker.orphan"));
        Assert.Equal((Ids.Trace("w"), Ids.Span("a"), Status.Types.StatusCode.Error), (orphan.TraceId, orphan.ParentSpanId, orphan.Status.Code));
        var toProducer = Assert.Single(orphan.Links);
        Assert.Equal((Ids.Trace("t1"), Ids.Span("p")), (toProducer.TraceId, toProducer.SpanId));

        var (resource, stitch) = Assert.Single(story.Synthesized, s => s.Span.Name == "worker.stitch");
        Assert.Equal((Ids.Trace("t1"), Ids.Span("p"), Span.Types.SpanKind.Internal), (stitch.TraceId, stitch.ParentSpanId, stitch.Kind));
        Assert.Null(stitch.Status);
        Assert.Equal("api", resource.Resource.Attributes.Single(a => a.Key == "service.name").Value.StringValue);
        Assert.Equal(((ulong)Story.Epoch + 310_000_000, (ulong)Story.Epoch + 380_000_000), (stitch.StartTimeUnixNano, stitch.EndTimeUnixNano));
        var toOrphan = Assert.Single(stitch.Links);
        Assert.Equal((Ids.Trace("w"), Ids.Span("a")), (toOrphan.TraceId, toOrphan.SpanId));
        foreach (var span in new[] { orphan, stitch })
        {
            Assert.Equal("context_dropped", Attribute(span, "baton.verdict"));
            Assert.Equal("job_id", Attribute(span, "baton.match"));
            Assert.Equal("job-7", Attribute(span, "baton.job_id"));
            Assert.Equal("render_job", Attribute(span, "baton.relay"));
        }
    }

    [Fact]
    public void Everything_delivered_twice_changes_nothing() => IsRepaired(
        NewStory(3).Arrive(1, Publish).Arrive(2, AckWake).Arrive(3, Publish, AckWake).Arrive(14, Publish, AckWake).Arrive(21, Complete).Arrive(22, Complete, AckWake));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_producer_that_comes_after_its_orphan_was_told_is_still_joined_with_what_is_below_it(int shards)
    {
        var story = NewStory(shards).Arrive(2, AckWake).Arrive(21, Complete).Run(35);
        Assert.Equal(1, story.Observer.Count("orphaned render_job worker unattributed"));

        story.Arrive(60, Publish).Run(2000, 5);
        Assert.Equal(1, story.Observer.Count("orphaned"));
        Assert.Contains("completed render_job in_time 19.820", story.Observer.Lines);
        Assert.Equal(["worker.orphan", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name));
        Assert.Equal(0, story.Observer.Count("missed"));
    }

    [Fact]
    public void Of_two_open_handoffs_of_one_job_id_the_newest_that_was_published_before_the_span_s_end_is_it()
    {
        var story = NewStory(3)
            .Arrive(1, Publish.As("p1").In("t1"), Publish with { Id = "p2", Trace = "t2", Start = 0.2, End = 0.25 })
            .Arrive(2, Publish with { Id = "p3", Trace = "t3", Start = 0.9, End = 1 })
            .Arrive(3, AckWake).Run(15);

        Assert.Equal(Ids.Span("p2"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void An_open_handoff_is_it_before_a_newer_closed_one_and_a_closed_one_if_there_is_no_other()
    {
        var first = Publish.As("p1").In("t1");
        var second = Publish with { Id = "p2", Trace = "t2", Start = 0.2, End = 0.25 };
        var closing = Internal("worker.complete", 0.3, 0.3).As("c2").In("t2").Under("p2");
        var story = NewStory(3).Arrive(1, first, second).Arrive(2, closing).Arrive(3, AckWake).Run(15);
        Assert.Equal(Ids.Span("p1"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);

        story = NewStory(3).Arrive(1, second).Arrive(2, closing).Arrive(3, AckWake).Run(15);
        Assert.Equal(Ids.Span("p2"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
        Assert.Equal(1, story.Observer.Count("completed"));
    }

    [Fact]
    public void Of_more_than_eight_handoffs_of_one_job_id_the_oldest_are_dropped_and_counted()
    {
        var spans = Enumerable.Range(0, 10).Select(i => Publish with { Id = $"p{i}", Trace = $"t{i}", Start = i, End = i + 0.1 }).Reverse().ToArray();
        var story = NewStory(3).Arrive(11, spans).Arrive(12, AckWake with { Start = 1.05, End = 1.09 }).Run(23);

        Assert.Equal(2, story.Observer.Count("candidate_dropped render_job"));
        Assert.Equal(0, story.Observer.Count("joined"));
        story.Run(6000, 30);
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void A_key_of_several_attributes_needs_all_of_them_and_values_are_compared_by_what_they_say()
    {
        var publish = Producer("publish", 0, 0.1).As("p").With("queue", "q").With("job", 7);
        var other = Producer("publish", 0, 0.1).As("p2").In("t2").With("queue", "other").With("job", 7);
        var process = Consumer("process", 0.2, 1).As("w").In("w").With("job", "7");

        var story = NewStory(3, Queue).Arrive(1, publish, other).Arrive(2, process.With("queue", "q")).Run(20);
        Assert.Equal(Ids.Span("p"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
        Assert.Equal("q/7", Attribute(story.SpansNamed("worker.stitch").Single(), "baton.job_id"));
        Assert.Contains("completed queue in_time 0.900", story.Observer.Lines);

        story = NewStory(3, Queue).Arrive(1, publish, other).Arrive(2, process).Run(20);
        Assert.Equal(0, story.Observer.Count("joined"));
    }

    [Fact]
    public void A_key_is_not_another_with_the_same_value()
    {
        var story = NewStory(1, Queue with { JobIds = [JobIdKey.Of("a"), JobIdKey.Of("b")] })
            .Arrive(1, Producer("publish", 0, 0.1).As("p").With("a", "7")).Arrive(2, Consumer("process", 0.2, 1).As("w").In("w").With("b", "7")).Run(20);

        Assert.Equal(0, story.Observer.Count("joined"));
    }

    [Fact]
    public void The_first_key_under_which_something_is_known_decides()
    {
        var story = NewStory(3, Queue)
            .Arrive(1, Producer("publish", 0, 0.1).As("p").With("job.key", "x"))
            .Arrive(2, Consumer("process", 0.2, 1).As("w").In("w").With("job.key", "x").With("queue", "q").With("job", "1")).Run(20);

        Assert.Equal(1, story.Observer.Count("joined queue job_id"));
    }

    [Fact]
    public void An_orphan_of_another_relay_s_own_conditions_is_not_joined_though_its_number_is_the_same()
    {
        var mail = RenderJob with { Name = "mail", Produce = Relays.Parse("span.name == \"produce.mail\""), Acknowledge = Relays.Parse("span.name == \"mail\""), Complete = null };
        var story = NewStory(3, RenderJob, mail)
            .Arrive(1, Publish).Arrive(2, Consumer("mail", 0.3, 0.4).As("m").In("w").With(MessageId, "job-7")).Run(20);

        Assert.Equal(0, story.Observer.Count("joined"));
        Assert.Equal(1, story.Observer.Count("orphaned mail worker unattributed"));
    }

    [Fact]
    public void An_orphan_s_relay_is_the_one_whose_own_condition_it_meets_though_its_producer_is_another_s()
    {
        var wakes = Queue with { Name = "wakes", Produce = Relays.Parse("span.name == \"x\""), Acknowledge = Relays.Parse("span.name == \"worker.ack_wake\"") };
        var queue = Queue with { JobIds = [JobIdKey.Of(MessageId)] };
        var story = NewStory(3, wakes, queue).Arrive(1, Producer("publish", 0, 0.1).As("p").With(MessageId, "job-7")).Arrive(2, AckWake).Run(20);

        Assert.Equal(1, story.Observer.Count("orphaned wakes worker attributed"));
        Assert.Equal(1, story.Observer.Count("joined queue job_id"));
        Assert.Contains("completed queue in_time 0.280", story.Observer.Lines);
    }

    [Fact]
    public void A_library_s_consumer_span_that_meets_no_condition_wakes_the_job_and_the_application_s_span_below_it_completes_it()
    {
        var story = NewStory(3)
            .Arrive(1, Publish)
            .Arrive(2, Consumer("render_jobs process", 0.3, 21).As("lib").In("w").With(MessageId, "job-7").With("messaging.operation.type", "process"))
            .Arrive(22, Complete.Under("lib"))
            .Run(6000, 10);

        Assert.Equal(1, story.Observer.Count("orphaned render_job worker attributed"));
        Assert.Contains("acknowledged render_job 0.120", story.Observer.Lines);
        Assert.Contains("completed render_job in_time 19.820", story.Observer.Lines);
        Assert.Equal(0, story.Observer.Count("missed"));
    }

    [Fact]
    public void A_completing_span_below_one_that_is_never_sent_is_found_by_the_trace_that_remembers_the_orphan()
    {
        var story = NewStory(3).Arrive(1, Publish).Arrive(2, AckWake).Arrive(21, Complete.Under("worker.run")).Run(6000, 10);

        Assert.Contains("completed render_job in_time 19.820", story.Observer.Lines);
        Assert.Equal(1, story.Observer.Count("joined render_job trace"));
    }

    [Fact]
    public void A_span_with_a_context_of_its_own_is_never_joined_by_its_job_id()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake.Under("never-seen")).Run(25);

        Assert.Equal(0, story.Observer.Count("joined"));
        Assert.Equal(1, story.Observer.Count("producer_missing render_job"));
    }

    [Fact]
    public void A_relay_without_job_ids_has_none()
    {
        var story = NewStory(1, Relays.RenderJob).Arrive(1, Publish).Arrive(2, AckWake).Run(25);

        Assert.Equal(0, story.Observer.Count("joined"));
        Assert.Equal(1, story.Observer.Count("orphaned render_job worker unattributed"));
    }

    [Fact]
    public void A_deadline_waits_for_an_orphan_that_waits_for_its_producer()
    {
        // Due at 60.1, told at 70.1; the job's only span comes at 62, and is judged at 72.
        var queue = Queue with { JobIds = [JobIdKey.Of(MessageId)] };
        var story = NewStory(3, queue)
            .Arrive(1, Producer("publish", 0, 0.1).As("p").With(MessageId, "m"))
            .Arrive(62, Consumer("process", 1, 58).As("w").In("w").With(MessageId, "m"))
            .Run(200);

        Assert.Contains("completed queue in_time 57.900", story.Observer.Lines);
        Assert.Equal(["worker.orphan", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());
    }

    [Fact]
    public void An_orphan_that_comes_after_the_deadline_span_takes_it_back()
    {
        var story = NewStory(3).Arrive(1, Publish).Run(45, 1).Arrive(46, AckWake).Arrive(47, Complete).Run(900, 1);

        Assert.Equal(["worker.deadline", "worker.orphan", "worker.recovered", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());
        Assert.Equal(1, story.Observer.Count("retracted render_job"));
        Assert.Contains("completed render_job in_time 19.820", story.Observer.Lines);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void What_was_owed_at_a_crash_is_told_once(bool checkpoint, bool reachedTheJournal)
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake);
        story.JournalOwn = reachedTheJournal;
        story.Run(13);
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 15).Arrive(21, Complete).Run(100, 1).Crash(restartAt: 101).Run(900, 1);

        Assert.Equal(["worker.orphan", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());
        Assert.Equal([Ids.Span("p")], story.SpansNamed("worker.orphan").Single().Links.Select(link => link.SpanId));
        Assert.Equal(1, story.Observer.Count("completed render_job in_time"));
    }

    [Fact]
    public void Nested_producing_spans_that_name_different_jobs_are_two_publications()
    {
        var outer = Producer("publish", 0, 1).As("outer").With("job.key", "1");
        var inner = Producer("publish", 0.1, 0.2).As("inner").Under("outer").With("job.key", "2");
        foreach (var spans in new[] { new[] { outer, inner }, [inner, outer] })
        {
            var story = NewStory(1, Queue).Arrive(1, spans).Run(5);
            Assert.Equal(2, story.Observer.Count("opened queue"));
            Assert.Equal(1, NewStory(1, Queue).Arrive(1, [.. spans.Select(span => span.With("job.key", "1"))]).Run(5).Observer.Count("opened queue"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_job_id_of_either_span_of_a_publication_leads_to_it(bool innerFirst)
    {
        var outer = Producer("produce.render_job", 0, 0.180).As("outer");
        var inner = Producer("publish", 0.05, 0.15).As("inner").Under("outer").With(MessageId, "job-7");
        var story = innerFirst ? NewStory(3).Arrive(1, inner).Arrive(1.5, outer) : NewStory(3).Arrive(1, outer).Arrive(1.5, inner);
        story.Arrive(2, AckWake).Run(20);

        Assert.Equal(1, story.Observer.Count("joined render_job job_id"));
        Assert.Equal(Ids.Span("inner"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void Of_several_jobs_of_one_publication_each_counts_once_where_spans_say_which_it_is()
    {
        SpanSpec Run(string id, string job) => Consumer("process", 0.2, 1).As(id).Under("p").With("job.key", job);
        var story = NewStory(1, Queue)
            .Arrive(1, Producer("publish all", 0, 0.1).As("p").With("messaging.batch.message_count", 3))
            .Arrive(2, Run("c1", "1"), Run("c2", "1"), Run("c3", "2")).Run(3);
        Assert.Equal(0, story.Observer.Count("completed"));

        story.Checkpoint().Crash(restartAt: 4).Arrive(5, Run("c4", "2")).Run(6);
        Assert.Equal(0, story.Observer.Count("completed"));

        story.Arrive(7, Run("c5", "3")).Run(8);
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
    }

    [Fact]
    public void What_is_owed_of_a_handoff_is_told_though_it_would_be_time_to_forget_it()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Arrive(21, Complete);
        story.JournalOwn = false;
        story.Run(5000, 10).Checkpoint().Crash(restartAt: 5001).Run(5100, 1);

        Assert.Equal(["worker.orphan", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());
        story.Run(9000, 10);
        Assert.Equal(0, story.Traces);
    }

    private static string? Attribute(Span span, string key) => span.Attributes.FirstOrDefault(a => a.Key == key)?.Value.StringValue;
}
