using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Fan-out and bulk: a job that is done when several have done their part.</summary>
public class ExpectationTests
{
    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p");

    private static readonly RelayDefinition Both = Relays.Queue with { Expect = new() { By = "group", AllOf = ["billing", "email"] } };

    [Fact]
    public void It_completes_when_every_named_one_has_completed()
    {
        var story = new Story(Relays.Of(Both)).Arrive(1, Publish, Part("b", "billing", 2)).Run(10);
        Assert.Equal(0, story.Observer.Count("completed"));

        story.Arrive(11, Part("e", "email", 9)).Run(100, 1);
        Assert.Contains("completed queue in_time 8.900", story.Observer.Lines);
        Assert.Equal(0, story.Observer.Count("redelivered"));
        Assert.Empty(story.Synthesized);
    }

    [Fact]
    public void A_part_that_links_to_the_job_from_another_trace_says_which_it_is_though_it_came_first()
    {
        var story = new Story(Relays.Of(Both)).Arrive(5, Linked("b", "billing"), Linked("e", "email")).Arrive(6, Publish).Run(100, 1);
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));

        static SpanSpec Linked(string id, string group) => Part(id, group, 2).In("w").LinkedTo("t1/p") with { Parent = "" };
    }

    [Fact]
    public void Equal_links_to_the_outer_span_of_the_publication_count_each_and_other_links_do_not()
    {
        var relay = Relays.Queue with { Expect = new() { Count = 3 } };
        SpanSpec outer = Producer("send", 0, 0.3).As("outer"), inner = Publish.Under("outer"), other = Producer("another", 0, 0.1).As("q");
        var work = Consumer("process", 1, 2).As("c").In("w");
        Story Begin() => new Story(Relays.Of(relay)).Arrive(1, outer, inner, other);

        Assert.Equal(1, Begin().Arrive(3, work.LinkedTo("t1/outer", "t1/outer", "t1/p")).Run(100, 1).Observer.Count("completed"));
        Assert.Equal(0, Begin().Arrive(3, work.LinkedTo("t1/outer", "t1/outer", "t1/q", "t2/p")).Run(100, 1).Observer.Count("completed"));
    }

    [Fact]
    public void Which_job_it_is_the_first_job_id_says_that_a_span_has()
    {
        var relay = Relays.Queue with { Expect = new() { Count = 2 }, JobIds = [JobIdKey.Of("a"), JobIdKey.Of("b")] };
        static SpanSpec Done(string id, int b) => Consumer("process", 1, 2).As(id).Under("p").With("b", b);

        var story = new Story(Relays.Of(relay)).Arrive(3, Publish, Done("one", 1), Done("again", 1));
        Assert.Equal(0, story.Observer.Count("completed"));
        Assert.Equal(1, story.Arrive(4, Done("two", 2)).Observer.Count("completed"));
    }

    [Fact]
    public void Spans_that_do_not_say_which_job_it_is_count_each()
    {
        var relay = Relays.Queue with { Expect = new() { Count = 2 }, JobIds = [JobIdKey.Of("a")] };
        var story = new Story(Relays.Of(relay)).Arrive(3, Publish, Consumer("process", 1, 2).As("one").Under("p"), Consumer("process", 1, 2).As("two").Under("p"));
        Assert.Equal(1, story.Observer.Count("completed"));
    }

    [Fact]
    public void Work_within_an_attempt_that_failed_counts()
    {
        var relay = Relays.Queue with { Expect = new() { Count = 2 } };
        var story = new Story(Relays.Of(relay)).Arrive(
            9, Publish, Consumer("process", 1, 4).As("a").Under("p").Failed(), Consumer("retry", 2, 3).As("b").Under("a"), Consumer("process", 5, 6).As("c").Under("p"));
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
    }

    [Fact]
    public void Two_spans_of_one_attempt_count_once_for_each_job_of_a_batch()
    {
        var orders = Relays.Queue with { Name = "orders", Produce = Relays.Parse("span.name == \"order\""), Complete = Relays.Parse("span.name == \"shipped\""), Expect = new() { Count = 2 } };
        var story = new Story(Relays.Of(orders, Relays.Queue with { Expect = new() { Count = 2 } })).Arrive(1, Producer("order", 0, 0.1).As("o"), Publish);
        story.Arrive(5, Consumer("process", 1, 4).As("outer").LinkedTo("t1/o", "t1/p"), Consumer("process", 2, 3).As("inner").Under("outer"));
        Assert.Equal(0, story.Observer.Count("completed"));
        Assert.Equal(1, story.Arrive(7, Consumer("process", 5, 6).As("next").LinkedTo("t1/p")).Observer.Count("completed queue"));
    }

    [Fact]
    public void A_deadline_span_names_those_that_are_missing()
    {
        var story = new Story(Relays.Of(Both)).Arrive(1, Publish, Part("b", "billing", 2), Part("b2", "billing", 3), Part("x", "audit", 3)).Run(100, 1);

        Assert.Equal(["email"], Missing(story));
    }

    [Fact]
    public void A_named_one_that_failed_is_missing() =>
        Assert.Equal(["billing"], Missing(new Story(Relays.Of(Both)).Arrive(1, Publish, Part("b", "billing", 2).Failed(), Part("e", "email", 2)).Run(100, 1)));

    [Fact]
    public void The_last_to_end_says_whether_it_was_in_time_in_whatever_order_they_arrive()
    {
        var story = new Story(Relays.Of(Both)).Arrive(62, Publish, Part("b", "billing", 61)).Arrive(63, Part("e", "email", 2)).Run(100, 1);

        Assert.Contains("completed queue late 60.900", story.Observer.Lines);
    }

    [Fact]
    public void What_has_completed_survives_a_restart_with_another_list()
    {
        var other = Both with { Expect = new() { By = "group", AllOf = ["audit", "email", "billing"] } };
        var story = new Story(Relays.Of(Both)).Arrive(1, Publish, Part("b", "billing", 2)).Run(5).Checkpoint().Crash(6, Relays.Of(other)).Run(150, 1);
        Assert.Equal(["email"], Missing(story));

        story = new Story(Relays.Of(Both)).Arrive(1, Publish, Part("b", "billing", 2)).Run(5).Checkpoint().Crash(6, Relays.Of(other))
            .Arrive(20, Part("e", "email", 9)).Run(150, 1);
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
    }

    [Fact]
    public void What_has_completed_survives_a_replay_of_the_whole_journal()
    {
        var story = new Story(Relays.Of(Both)).Arrive(1, Publish, Part("b", "billing", 2)).Run(5).Crash(6).Run(150, 1);

        Assert.Equal(["email"], Missing(story));
    }

    [Fact]
    public void A_given_count_is_counted_and_a_deadline_span_says_how_many_are_missing()
    {
        var three = Relays.Queue with { Expect = new() { Count = 3 } };
        Assert.Equal(["2"], Missing(new Story(Relays.Of(three)).Arrive(1, Publish, Part("b", "", 2)).Run(100, 1)));

        var story = new Story(Relays.Of(three)).Arrive(1, Publish, Part("b", "", 2), Part("c", "", 2), Part("d", "", 2)).Run(100, 1);
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2.0)]
    [InlineData("2")]
    public void The_producing_span_says_how_many(object count)
    {
        var relay = Relays.Queue with { Expect = new() { CountAttribute = "jobs" } };
        var story = new Story(Relays.Of(relay)).Arrive(1, Publish.With("jobs", count), Part("b", "", 2)).Run(5);
        Assert.Equal(0, story.Observer.Count("completed"));

        story.Arrive(6, Part("c", "", 5)).Run(100, 1);
        Assert.Equal(1, story.Observer.Count("completed queue in_time 4.900"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(2.5)]
    [InlineData(double.NaN)]
    [InlineData("many")]
    [InlineData(true)]
    public void A_count_that_is_none_is_ignored_and_counted(object count)
    {
        var relay = Relays.Queue with { Expect = new() { CountAttribute = "jobs" } };
        var story = new Story(Relays.Of(relay)).Arrive(1, Publish.With("jobs", count), Publish.With("jobs", count), Part("b", "", 2)).Run(100, 1);

        Assert.Equal(1, story.Observer.Count("ignored queue count"));
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
    }

    [Fact]
    public void Equal_links_of_one_span_count_each_whether_it_comes_before_or_after_its_producer()
    {
        var bulk = Publish.With("messaging.batch.message_count", 3);
        var batch = Consumer("process", 1, 2).As("c").In("w").LinkedTo("t1/p", "t1/p", "t1/p");

        Assert.Equal(1, new Story(Relays.Of(Relays.Queue)).Arrive(3, bulk).Arrive(4, batch).Run(5).Observer.Count("completed queue in_time"));
        Assert.Equal(1, new Story(Relays.Of(Relays.Queue)).Arrive(3, batch).Arrive(4, bulk).Run(5).Observer.Count("completed queue in_time"));
        var two = batch.LinkedTo("t1/p", "t1/p");
        Assert.Equal(["1"], Missing(new Story(Relays.Of(Relays.Queue)).Arrive(3, two).Arrive(4, bulk).Run(100, 1)));
    }

    [Fact]
    public void Two_consumer_spans_of_one_attempt_are_one_of_a_bulk_s_completions()
    {
        var bulk = Publish.With("messaging.batch.message_count", 2);
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(3, bulk, Part("b", "", 2), Consumer("process", 1, 2).As("b2").Under("b")).Run(100, 1);

        Assert.Equal(["1"], Missing(story));
    }

    private static SpanSpec Part(string id, string group, double end) =>
        Consumer("process", end - 0.5, end).As(id).Under("p").With("group", group);

    private static string[] Missing(Story story) =>
        [.. Assert.Single(story.SpansNamed("worker.deadline")).Attributes.Single(a => a.Key == "baton.missing").Value.ArrayValue.Values.Select(v => v.StringValue)];
}
