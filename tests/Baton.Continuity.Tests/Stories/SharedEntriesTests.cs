using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>State in which several traces name the same entry of the wheel, or one that is none, as earlier versions may have left it: they all wake at their time.</summary>
public class SharedEntriesTests
{
    private const int Jobs = 4;

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(3, 2_000)]
    [InlineData(1, -1)]
    [InlineData(3, 1)]
    public void Each_job_is_told_once_and_forgotten(int shards, int entry)
    {
        var story = Restarted(shards, entry).Run(50);
        Assert.Equal(Jobs, story.Synthesized.Count);
        Assert.Equal(Jobs, story.Synthesized.Select(told => told.Span.TraceId).Distinct().Count());
        story.Run(100_000, tick: 100);
        Assert.Equal((Jobs, 0), (story.Synthesized.Count, story.Traces));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void One_that_is_picked_up_meanwhile_is_told_by_its_next_deadline(int shards)
    {
        var story = Restarted(shards, 2_000).Arrive(20, [.. Enumerable.Range(0, Jobs).Select(i => Consumer("worker.ack_wake", 10, 11).As($"a{i}").In($"t{i}").Under($"p{i}"))]);
        Assert.Empty(story.Run(500, tick: 1).Synthesized);
        Assert.Equal(Jobs, story.Run(1_000, tick: 1).Synthesized.Count);
        story.Run(200_000, tick: 100);
        Assert.Equal((Jobs, 0), (story.Synthesized.Count, story.Traces));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void When_too_much_is_open_the_oldest_that_really_is_is_given_up(int shards)
    {
        var story = Restarted(shards, 2_000, most: Jobs)
            .Arrive(3, [.. Enumerable.Range(0, Jobs - 1).Select(i => Internal("worker.complete", 2, 2.5).As($"c{i}").In($"t{i}").Under($"p{i}"))])
            .Arrive(4, [.. Enumerable.Range(0, Jobs).Select(i => Producer("produce.render_job", 3, 3.1 + i / 10.0).As($"q{i}").In($"u{i}"))]);
        Assert.Equal(1, story.Observer.Count("evicted"));
        Assert.Equal(Enumerable.Range(0, Jobs).Select(i => Ids.Span($"q{i}")).ToHashSet(), story.Run(60).Synthesized.Select(told => told.Span.ParentSpanId).ToHashSet());
    }

    private static Story Restarted(int shards, int entry, long most = 1_000) =>
        new Story(Relays.Of(Relays.RenderJob) with { MaxHandoffs = most }, shards)
            .Arrive(1, [.. Enumerable.Range(0, Jobs).Select(i => Producer("produce.render_job", 0, 0.1 + i / 10.0).As($"p{i}").In($"t{i}"))])
            .Checkpoint((key, value) => WithEntry(key, value, entry)).Crash(restartAt: 2);

    private static byte[] WithEntry(StateKey key, byte[] value, int entry)
    {
        var trace = new TraceState();
        trace.Reset(new TraceId(key.High, key.Low));
        TraceCodec.Decode(value, trace);
        trace.WheelHandle = entry;
        return new TraceCodec().Encode(trace).ToArray();
    }
}
