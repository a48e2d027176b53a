using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Whose worker it is that runs without a context.</summary>
public class OrphanTests
{
    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p").With("job", "7");

    private static readonly SpanSpec Run = Consumer("worker.complete", 1, 2).As("w").In("w");

    [Fact]
    public void That_of_the_relay_whose_completion_it_is()
    {
        foreach (var run in (SpanSpec[])[Run with { Kind = Internal("", 0, 0).Kind }, Run.With("messaging.system", "rabbitmq")])
        {
            Assert.Contains("orphaned render_job worker unattributed", new Story(Relays.Of(Relays.RenderJob)).Arrive(3, run).Run(20).Observer.Lines);
        }
    }

    [Fact]
    public void Though_another_relay_s_job_has_its_id()
    {
        var options = Relays.Of(Relays.Queue with { JobIds = [JobIdKey.Of("job")], Produce = Relays.Parse("span.name == \"publish\"") }, Relays.RenderJob);
        var story = new Story(options).Arrive(1, Publish).Arrive(3, Run.With("job", "7")).Run(20);
        Assert.Contains("orphaned render_job worker attributed", story.Observer.Lines);
        Assert.Equal("render_job", RelayOf(Assert.Single(story.SpansNamed("worker.orphan"))));
        Assert.Equal("queue", RelayOf(Assert.Single(story.SpansNamed("worker.stitch"))));
        Assert.Equal([(Ids.Span("w"), Ids.Span("p"))], Attributions(story));
    }

    [Fact]
    public void It_stays_that_which_it_was_counted_for_when_its_job_comes_late()
    {
        var options = Relays.Of(Relays.Queue with { JobIds = [JobIdKey.Of("job")] });
        var story = new Story(options).Arrive(3, (Run with { Name = "process" }).With("job", "7")).Run(20).Arrive(21, Publish).Run(25);
        Assert.Contains("orphaned default worker unattributed", story.Observer.Lines);
        Assert.Equal("default", RelayOf(Assert.Single(story.SpansNamed("worker.orphan"))));
        Assert.Equal([(Ids.Span("w"), Ids.Span("p"))], Attributions(story));
    }

    [Fact]
    public void Else_the_default_s_where_that_is_the_only_one() => Assert.Contains(
        "orphaned default worker unattributed",
        new Story(new ContinuityOptions { Relays = [Relays.Default] }).Arrive(3, Run.With("messaging.system", "rabbitmq")).Run(20).Observer.Lines);

    [Fact]
    public void And_a_context_that_is_not_seen_there_is_missed() => Assert.Contains(
        "producer_missing default worker",
        new Story(new ContinuityOptions { Relays = [Relays.Default] }).Arrive(3, Run.Under("unseen")).Run(20).Observer.Lines);

    [Fact]
    public void It_is_missed_once_though_what_runs_below_waits_with_it()
    {
        var below = Consumer("worker.step", 1.2, 1.8).As("s").In("w").Under("w");
        var story = new Story(new ContinuityOptions { Relays = [Relays.Default] }).Arrive(3, Run.Under("unseen"), below).Run(20);
        Assert.Equal(1, story.Observer.Count("producer_missing default worker"));
    }

    [Fact]
    public void While_a_job_waits_it_is_told_though_it_is_judged_as_the_past_is_read()
    {
        var story = new Story(Relays.Of()).Arrive(1, Producer("produce.job", 0, 0.1).As("p")).Arrive(3, Consumer("worker.ack_wake", 2, 2.5).As("w").In("w")).Run(5).Checkpoint();
        story.JournalOwn = false;
        story.Arrive(15, Internal("other", 14, 14.5).In("u")).Crash(16).Run(60, 1);
        Assert.Single(story.SpansNamed("worker.orphan"));
    }

    private static string RelayOf(OpenTelemetry.Proto.Trace.V1.Span span) => span.Attributes.Single(attribute => attribute.Key == "baton.relay").Value.StringValue;

    private static IEnumerable<(Google.Protobuf.ByteString, Google.Protobuf.ByteString)> Attributions(Story story) =>
        story.Observer.Attributions.Select(each => (BytesOf(each.Orphan), BytesOf(each.Producer)));

    private static Google.Protobuf.ByteString BytesOf(SpanId id) => Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(id.ToString()));
}
