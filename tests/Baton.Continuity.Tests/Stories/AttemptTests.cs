using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Attempts: failed, repeated, given up.</summary>
public class AttemptTests
{
    private static readonly RelayDefinition Relay = Relays.RenderJob with { DeadLetter = Relays.Parse("HasSuffix(span.attributes[\"messaging.destination.name\"], \".dlq\")") };
    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.1).As("p");
    private static readonly SpanSpec Ack = Consumer("worker.ack_wake", 0.3, 0.4).As("a").Under("p");
    private static readonly SpanSpec Complete = Internal("worker.complete", 5, 5).As("c").Under("p");

    [Fact]
    public void A_failed_attempt_is_the_last_one_in_whatever_order_its_spans_arrive()
    {
        foreach (var order in new SpanSpec[][] { [Publish, Ack, Complete.Failed()], [Complete.Failed(), Ack, Publish], [Publish, Complete.Failed(), Ack] })
        {
            var story = new Story(Relays.Of(Relay));
            for (var i = 0; i < order.Length; i++)
            {
                story.Arrive(6 + i, order[i]);
            }
            story.Run(1000, 1);

            Assert.Contains("missed render_job failed start_to_close_timeout", story.Observer.Lines);
        }
    }

    [Fact]
    public void An_attempt_after_a_failed_one_is_missing_not_failed_and_start_to_close_runs_from_it()
    {
        var again = Consumer("worker.ack_wake", 100, 100.1).As("a2").Under("p");
        foreach (var order in new SpanSpec[][] { [Publish, Ack, Complete.Failed(), again], [again, Complete.Failed(), Ack, Publish] })
        {
            var story = new Story(Relays.Of(Relay)).Arrive(101, order).Run(1500, 1);

            Assert.Contains("missed render_job missing_completion start_to_close_timeout", story.Observer.Lines);
            Assert.Equal(1, story.Observer.Count("redelivered"));
            var span = Assert.Single(story.Synthesized).Span;
            Assert.Equal((ulong)Story.Epoch + 700_000_000_000, span.EndTimeUnixNano);
            Assert.Equal(600, span.Attributes.Single(a => a.Key == "baton.deadline.seconds").Value.DoubleValue);
            Assert.Equal(2, span.Attributes.Single(a => a.Key == "baton.attempts").Value.IntValue);
            Assert.Equal(Ids.Span("a2"), Assert.Single(span.Links).SpanId);
        }
    }

    [Fact]
    public void What_meets_dead_letter_is_a_failed_attempt_even_if_it_would_complete()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(6, Publish, Ack, Complete.With("messaging.destination.name", "render.dlq")).Run(1000, 1);

        Assert.Equal(0, story.Observer.Count("completed"));
        Assert.Contains("missed render_job failed start_to_close_timeout", story.Observer.Lines);
    }

    [Fact]
    public void A_worker_that_publishes_to_a_dead_letter_queue_has_given_up_and_published_no_job_of_the_relay()
    {
        var queue = Relays.Queue with { DeadLetter = Relay.DeadLetter };
        var process = Consumer("process", 1, 2).As("c").Under("q");
        var dead = Producer("publish", 1.5, 1.6).As("d").Under("c").From("worker").With("messaging.destination.name", "orders.dlq");
        var story = new Story(Relays.Of(queue with { Complete = Relays.Parse("span.name == \"done\"") }))
            .Arrive(3, Producer("publish", 0, 0.1).As("q"), process, dead).Run(3000, 5);

        Assert.Equal(["missed queue failed schedule_to_close_timeout"], story.Observer.Lines.Where(l => l.StartsWith("missed", StringComparison.Ordinal)));
        Assert.Equal(1, story.Observer.Count("opened queue"));
        Assert.Equal("p", Assert.Single(story.SpansNamed("worker.deadline")).ParentSpanId.Equals(Ids.Span("q")) ? "p" : "?");
    }

    [Fact]
    public void A_dead_letter_that_is_processed_again_completes_the_job()
    {
        var dead = Internal("give up", 5, 5).As("d").Under("p").With("messaging.destination.name", "render.dlq");
        var again = Consumer("worker.ack_wake", 7, 7.1).As("a2").Under("p");
        var story = new Story(Relays.Of(Relay)).Arrive(8, Publish, Ack, dead, again).Arrive(11, Internal("worker.complete", 10, 10).As("c").Under("p")).Run(1000, 1);

        Assert.Equal(1, story.Observer.Count("completed render_job in_time"));
        Assert.Empty(story.Synthesized);
    }

    [Fact]
    public void Of_two_failed_attempts_the_later_one_counts_in_whatever_order_they_arrive()
    {
        SpanSpec first = Complete.Failed() with { Start = 3, End = 3 }, again = Ack.As("a2") with { Start = 8, End = 8 }, second = Complete.As("c2").Failed() with { Start = 10, End = 10 };
        foreach (var order in (SpanSpec[][])[[Publish, Ack, first, again, second], [second, again, first, Ack, Publish]])
        {
            Assert.Contains("missed render_job failed start_to_close_timeout", new Story(Relays.Of(Relay)).Arrive(11, order).Run(1000, 1).Observer.Lines);
        }
    }

    [Fact]
    public void Work_within_an_earlier_attempt_begins_none_after_the_later_one()
    {
        SpanSpec again = Ack.As("a2") with { Start = 100, End = 101 }, within = Ack.As("w").Under("a") with { Start = 50, End = 51 };
        var story = new Story(Relays.Of(Relay)).Arrive(102, Publish, Ack, again).Arrive(103, within).Run(1000, 1);
        Assert.Equal((ulong)Story.Epoch + 700_000_000_000, Assert.Single(story.Synthesized).Span.EndTimeUnixNano);
        Assert.Equal(1, story.Observer.Count("redelivered"));
    }

    [Theory]
    [InlineData("process", 1)]
    [InlineData("receive", 0)]
    public void What_was_fetched_and_then_failed_is_a_miss_in_a_relay_that_nobody_wrote_and_what_was_only_fetched_is_none(string operation, int missed)
    {
        static SpanSpec Took(string id, string operation) => Consumer("take", 1, 2).As(id).Under("p").With("messaging.operation.type", operation);
        foreach (var order in (string[][])[["receive", operation], [operation, "receive"]])
        {
            var story = new Story(Relays.Of(Relays.Queue with { BuiltIn = true })).Arrive(3, Publish, Took("a", order[0]).Failed(), Took("b", order[1]).Failed()).Run(200, 1);
            Assert.Equal((missed, missed), (story.Observer.Count("missed queue"), story.Observer.Count("missed queue failed")));
        }
    }
}
