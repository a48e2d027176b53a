using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Tests.Stories;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;
using Engine = Baton.Continuity.Judge.Engine;

namespace Baton.Continuity.Tests.Judge;

public class EngineTests
{
    [Fact]
    public void Its_gauges_count_the_jobs_of_all_shards()
    {
        var story = new Story(Relays.Of(Relays.Queue), shards: 3);
        story.Arrive(30, [.. Enumerable.Range(0, 20).Select(i => Producer("publish", i + 1, i + 1).As("p").In($"t{i}"))]);
        story.Arrive(31, [.. Enumerable.Range(0, 7).Select(i => Consumer("process", 30, 30.5).As("c").Under("p").In($"t{i}").Failed())]);

        var relay = story.Engine.Relays().First();
        Assert.Equal((13, 7, Story.Epoch + 1_000_000_000), (relay.Waiting, relay.Running, relay.OldestPublishedUnixNanos));
        Assert.Equal(20, story.Traces);
    }

    [Fact]
    public void Its_shards_run_where_the_caller_says()
    {
        var ran = 0;
        using var store = new MemoryStateStore();
        var engine = new Engine(Relays.Of(), [store], new RecordingObserver(), (count, body) =>
        {
            ran++;
            for (var i = 0; i < count; i++)
            {
                body(i);
            }
        });
        engine.Recover([]);
        Assert.Equal(1, ran);
    }

    [Fact]
    public void What_is_to_be_written_of_relays_must_be_given()
    {
        using var writer = new EventWriter();
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => Engine.WriteRelays(null!, writer)).ParamName);
        Assert.Equal("writer", Assert.Throws<ArgumentNullException>(() => Engine.WriteRelays(Relays.Of(), null!)).ParamName);
    }
}
