using Baton.Continuity.Judge;
using Baton.Testing.Engine;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>More deadlines at once than are told at once: so many as lie in memory, then the next.</summary>
public class MassTests
{
    private const int Jobs = 100;
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(1, 20)]
    [InlineData(3, 20)]
    [InlineData(3, 2)]
    public void Every_deadline_is_told_once_however_few_are_told_at_a_time(int shards, int loaded)
    {
        var story = Mass(shards, loaded);

        story.Run(60, tick: 59);

        Assert.False(story.Engine.HasMoreToTell);
        Assert.Equal(Jobs, story.Observer.Count("missed render_job silent_sleep"));
        Assert.Equal(Jobs, story.Synthesized.Select(told => told.Span.SpanId).Distinct().Count());
        Assert.Equal(Told(Mass(1, 2_000).Run(60, tick: 59)), Told(story));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_look_at_the_clock_tells_so_many_and_says_that_there_are_more(int shards)
    {
        var story = Mass(shards, 40);
        story.JournalOwn = false;
        var due = Story.Epoch + 60 * Second;

        story.Engine.Tick(due);

        Assert.True(story.Engine.HasMoreToTell);
        Assert.InRange(story.Observer.Count("missed"), 1, 20);
        for (var looks = 1; story.Engine.HasMoreToTell; looks++)
        {
            Assert.InRange(looks, 1, Jobs);
            story.Engine.Tick(due);
        }
        Assert.Equal(Jobs, story.Observer.Count("missed"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void That_holds_where_each_trace_has_several(int shards)
    {
        var story = new Story(Relays.Of(Relays.RenderJob) with { LoadedTraces = 40 }, shards)
            .Arrive(1, [.. Enumerable.Range(0, Jobs).SelectMany(i => (SpanSpec[])
            [
                Producer("produce.render_job", 0, 0.2).As($"p{i}").In($"t{i}"), Producer("produce.render_job", 0, 0.2).As($"q{i}").In($"t{i}"),
            ])]);
        story.JournalOwn = false;
        var before = 0;
        for (var looks = 1; looks == 1 || story.Engine.HasMoreToTell; looks++)
        {
            story.Engine.Tick(Story.Epoch + 60 * Second);
            Assert.InRange(story.Observer.Count("missed") - before, 1, 20);
            before = story.Observer.Count("missed");
        }
        Assert.Equal(2 * Jobs, before);
    }

    [Fact]
    public void A_job_that_is_done_before_its_turn_comes_is_not_told()
    {
        var story = Mass(1, 40);
        story.JournalOwn = false;
        story.Engine.Tick(Story.Epoch + 60 * Second);
        var told = story.Observer.Count("missed");

        story.Arrive(60, [.. Enumerable.Range(0, Jobs).Select(i => Consumer("worker.ack_wake", 20, 21).As($"a{i}").In($"t{i}").Under($"p{i}"))]);
        while (story.Engine.HasMoreToTell)
        {
            story.Engine.Tick(story.Now);
        }

        Assert.Equal(told, story.Observer.Count("missed"));
    }

    private static Story Mass(int shards, int loaded)
    {
        var story = new Story(Relays.Of(Relays.RenderJob) with { LoadedTraces = loaded }, shards);
        return story.Arrive(1, [.. Enumerable.Range(0, Jobs).Select(i => Producer("produce.render_job", 0, 0.2).As($"p{i}").In($"t{i}"))]);
    }

    // The backlog tells how many others waited when it was told: fewer, the later its turn came.
    private static List<string> Told(Story story) => [.. story.Synthesized.Select(told => Text(told.Span)).Order(StringComparer.Ordinal)];

    private static string Text(Span span)
    {
        var copy = span.Clone();
        var backlog = copy.Attributes.Single(attribute => attribute.Key == "baton.destination.backlog");
        copy.Attributes.Remove(backlog);
        return copy.ToString();
    }

    [Fact]
    public void What_had_to_wait_for_room_is_told_in_the_order_in_which_it_fell_due()
    {
        var story = new Story(Relays.Of(Relays.Queue) with { LoadedTraces = 2 })
            .Arrive(5, [.. Enumerable.Range(0, 8).Select(i => Producer("publish", i * 0.5, i * 0.5).As("p").In($"t{i}"))]).Run(100, 95);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => Ids.Trace($"t{i}")), story.Synthesized.Select(s => s.Span.TraceId));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void However_many_are_over_at_once_all_are_forgotten(int shards)
    {
        var story = new Story(Relays.Of(Relays.RenderJob), shards)
            .Arrive(1, [.. Enumerable.Range(0, 10_000).Select(i => Producer("produce.render_job", 0, 0.2).As($"p{i}").In($"t{i}"))])
            .Arrive(2, [.. Enumerable.Range(0, 10_000).Select(i => Internal("worker.complete", 1, 1.5).As($"c{i}").In($"t{i}").Under($"p{i}"))]);
        Assert.Equal((10_000, 0), (story.Observer.Count("completed"), story.Run(10_000, tick: 100).Traces));
    }
}
