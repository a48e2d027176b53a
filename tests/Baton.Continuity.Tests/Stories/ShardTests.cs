using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What one shard tells another falls due in time, however long nobody looked at the clock.</summary>
public class ShardTests
{
    private const string MessageId = "messaging.message.id";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_deadline_that_a_message_sets_is_told_by_the_look_at_the_clock_in_which_it_passes(int shards)
    {
        var story = new Story(Relays.Of(Relays.RenderJob with { JobIds = [JobIdKey.Of(MessageId)] }), shards);
        var jobs = Enumerable.Range(0, 20).ToArray();
        story.Arrive(1, [.. jobs.Select(i => Producer("produce.render_job", 0, 0.2).As($"p{i}").In($"t{i}").With(MessageId, $"job-{i}"))]);
        // Only once export_lag has passed do the job ids lead from these to their jobs, and only then does start_to_close begin.
        story.Arrive(2, [.. jobs.Select(i => Consumer("worker.ack_wake", 0.3, 0.4).As($"a{i}").In($"w{i}").With(MessageId, $"job-{i}"))]);

        story.Run(700, tick: 698);

        Assert.Equal(20, story.Observer.Count("missed render_job missing_completion start_to_close_timeout"));
    }

    [Fact]
    public void Who_waits_of_several_that_ask_at_once_does_not_depend_on_them()
    {
        Assert.Equal(Found(1), Found(3));
        Assert.Equal(Found(1), Found(4));

        // A job id remembers one that waits for it.
        static IEnumerable<string> Found(int shards)
        {
            var jobs = Enumerable.Range(0, 10).ToArray();
            var story = new Story(Relays.Of(Relays.Queue with { JobIds = [JobIdKey.Of("job")] }) with { HandoffsPerTrace = 1 }, shards);
            story.Arrive(3, [.. jobs.SelectMany(i => Enumerable.Range(0, 3).Select(w => Consumer("process", 1, 2).As($"c{i}.{w}").In($"w{i}.{w}").With("job", i)))]).Run(20);
            story.Arrive(21, [.. jobs.Select(i => Producer("publish", 0, 0.1).As($"p{i}").In($"t{i}").With("job", i))]).Run(30);
            Assert.Equal(10, story.SpansNamed("worker.stitch").Count());
            return story.SpansNamed("worker.stitch").Select(span => span.Links[0].TraceId.ToBase64()).Order();
        }
    }
}
