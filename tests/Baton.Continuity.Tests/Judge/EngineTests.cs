using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Tests.Stories;
using Baton.Testing.Engine;
using OpenTelemetry.Proto.Collector.Trace.V1;
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
    public void What_it_tells_at_once_goes_out_in_entries_of_a_thousand()
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, [.. Enumerable.Range(0, 1100).Select(i => Producer("publish", 0.1, 0.2).As($"p{i}").In($"t{i}"))]);
        story.JournalOwn = false;
        story.Run(75, 5);
        foreach (var spans in (int[])[1000, 100])
        {
            Assert.True(story.Engine.TryTakeOwn(out var own));
            Assert.Equal(spans, own.SpanCount);
            Assert.Equal(spans, ExportTraceServiceRequest.Parser.ParseFrom(own.Payload.Span).ResourceSpans.Sum(r => r.ScopeSpans.Sum(s => s.Spans.Count)));
        }
    }

    [Fact]
    public void What_it_tells_goes_out_in_an_order_that_shards_do_not_change()
    {
        Assert.Equal(Told(1), Told(3));
        Assert.Equal(Told(1), Told(4));

        static IEnumerable<string> Told(int shards)
        {
            var story = new Story(Relays.Of(Relays.RenderJob), shards).Arrive(2, [.. Enumerable.Range(0, 30).Select(i => Consumer("worker.ack_wake", 0.5, 1).As($"a{i}").In($"t{i}"))]);
            var told = story.Run(20).Synthesized.Select(s => s.Span.TraceId.ToBase64()).ToList();
            Assert.Equal(30, told.Count);
            return told;
        }
    }

    [Fact]
    public void What_is_to_be_written_of_relays_must_be_given()
    {
        using var writer = new EventWriter();
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => Engine.WriteRelays(null!, writer)).ParamName);
        Assert.Equal("writer", Assert.Throws<ArgumentNullException>(() => Engine.WriteRelays(Relays.Of(), null!)).ParamName);
    }
}
