using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Spans that wait for what they name, and those that wait below them.</summary>
public class WaitingTests
{
    private const string System = "messaging.system";
    private const string MessageId = "messaging.message.id";

    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p");

    [Fact]
    public void What_lies_below_an_orphan_is_not_taken_for_work_on_the_open_job_of_its_trace()
    {
        var orphan = Consumer("process", 1, 2).As("o").With(System, "kafka");
        var story = NewStory().Arrive(3, Publish, orphan, Consumer("step", 1.2, 1.8).As("c").Under("o")).Run(100, 1);
        Assert.Equal((1, 0, 1), (story.Observer.Count("orphaned"), story.Observer.Count("joined"), story.Observer.Count("missed")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_waits_below_an_orphan_follows_it_to_a_producer_that_comes_late(int shards)
    {
        var relay = Relays.RenderJob with { JobIds = [JobIdKey.Of(MessageId)] };
        var wake = Consumer("worker.ack_wake", 0.3, 20).As("a").In("w").With(MessageId, "job-7");
        SpanSpec step = Internal("worker.ack_wake", 1, 2).As("b").In("w").Under("a"), done = Internal("worker.complete", 20, 20).As("c").In("w").Under("b");
        var story = new Story(Relays.Of(relay), shards).Arrive(21, done, step, wake).Run(40);
        Assert.Equal((1, 0), (story.Observer.Count("orphaned"), story.Observer.Count("joined")));

        story.Arrive(60, Producer("produce.render_job", 0, 0.2).As("p").With(MessageId, "job-7")).Run(100);
        Assert.Equal((3, 1), (story.Observer.Count("joined"), story.Observer.Count("completed render_job in_time 19.800")));
        Assert.Equal(0, story.Observer.Count("producer_missing"));
    }

    [Fact]
    public void Who_links_to_a_batch_that_comes_later_waits_on_and_is_told_to_lack_its_producer()
    {
        var send = Producer("send", 0, 0.2).As("s").LinkedTo("t2/a", "t3/b").With("messaging.operation.type", "send").With("messaging.batch.message_count", 2);
        var story = NewStory().Arrive(1, Consumer("process", 0.5, 1).As("c").LinkedTo("t1/s")).Arrive(2, send).Run(30);
        Assert.Equal((0, 1), (story.Observer.Count("joined"), story.Observer.Count("producer_missing")));
    }

    [Fact]
    public void A_span_that_comes_with_a_link_to_itself_and_again_without_is_joined_by_its_parent()
    {
        var span = Consumer("process", 1, 2).As("c").Under("p");
        var story = NewStory().Arrive(3, span.LinkedTo("t1/c")).Arrive(4, span).Arrive(5, Publish);
        Assert.Equal((1, 1), (story.Observer.Count("joined"), story.Observer.Count("completed")));
    }

    [Fact]
    public void What_waits_below_a_span_that_waits_twice_follows_once_and_others_wait_on()
    {
        var span = Consumer("process", 1, 2).As("c").Under("p");
        var story = NewStory()
            .Arrive(3, (span with { Parent = "" }).LinkedTo("t1/p")).Arrive(4, span, Consumer("step", 1.2, 1.8).As("d").Under("c"))
            .Arrive(5, Consumer("process", 3, 4).As("e").Under("q"))
            .Arrive(6, Publish);
        Assert.Equal(2, story.Observer.Count("joined"));
        Assert.Equal(3, story.Arrive(7, Publish.As("q")).Observer.Count("joined"));
    }

    [Fact]
    public void Of_more_than_may_wait_the_first_are_joined()
    {
        var story = new Story(Relays.Of(Relays.Queue) with { HandoffsPerTrace = 3 });
        story.Arrive(1, [.. Enumerable.Range(0, 5).Select(i => Consumer("process", 0.5, 1).As($"c{i}").Under("p"))]).Arrive(2, Publish);
        Assert.Equal((2, 3), (story.Observer.Count("limit waiting_spans"), story.Observer.Count("joined")));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public void Once_joined_nobody_waits_for_a_producer(int consumers)
    {
        var story = NewStory().Arrive(1, [.. Enumerable.Range(0, consumers).Select(i => Consumer("process", 0.5, 1).As($"c{i}").Under("p"))]).Arrive(2, Publish).Run(30);
        Assert.Equal((consumers, 0), (story.Observer.Count("joined"), story.Observer.Count("producer_missing")));
    }

    private static Story NewStory() => new(Relays.Of(Relays.Queue));
}
