using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What is concluded, and what must not be: silence of a queue that nobody instrumented pages nobody.</summary>
public class VerdictTests
{
    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p").With("messaging.destination.name", "orders");
    private static readonly SpanSpec Process = Consumer("process", 0.2, 1).As("c").Under("p").With("messaging.destination.name", "orders");

    [Fact]
    public void A_channel_whose_worker_always_exports_first_is_armed_too()
    {
        var story = new Story(Relays.Of());
        for (var i = 0; i < 20; i++)
        {
            story.Arrive(i + 1.0, Shift(Process, i).As($"c{i}").Under($"p{i}").In($"t{i}")).Arrive(i + 1.5, Shift(Publish, i).As($"p{i}").In($"t{i}"));
        }
        story.Arrive(40, Shift(Publish, 30)).Run(2000, 10);

        Assert.Single(story.Synthesized);
    }

    [Fact]
    public void A_worker_s_clock_in_the_far_future_raises_no_false_alarm()
    {
        var far = 9_000_000_000.0;
        var story = new Story(Relays.Of(Relays.RenderJob))
            .Arrive(1, Producer("produce.render_job", 0, 0.1).As("p"))
            .Arrive(2, Consumer("worker.ack_wake", far, far).As("a").Under("p"))
            .Arrive(300, Internal("worker.complete", 299, far).As("c").Under("p"))
            .Run(2000, 5);

        Assert.Empty(story.Synthesized);
        Assert.Contains("completed render_job in_time 299.900", story.Observer.Lines);
    }

    [Fact]
    public void Four_thousand_spans_that_wait_for_one_producer_are_joined_without_recursion()
    {
        var story = new Story(Relays.Of(Relays.Queue));
        story.Arrive(1, [.. Enumerable.Range(0, 4000).Select(i => Process.As($"c{i}").Under(i == 0 ? "p" : $"c{i - 1}"))]).Arrive(2, Publish).Run(3);

        Assert.Equal(4000, story.Observer.Count("joined queue parent"));
    }

    internal static SpanSpec Shift(SpanSpec span, double by) => span with { Start = span.Start + by, End = span.End + by };

    [Fact]
    public void An_orphan_s_relay_is_the_first_whose_acknowledge_it_meets_else_whose_complete_else_the_built_in_one()
    {
        var done = Internal("worker.complete", 1, 2).As("o");
        var mails = Relays.Queue with { Name = "mails", Acknowledge = Relays.Parse("span.name == \"worker.complete\" and span.attributes[\"mail\"] != nil") };
        Assert.Equal("orphaned render_job worker unattributed", Orphaned(Relays.Of(Relays.RenderJob, mails), done));
        Assert.Equal("orphaned mails worker unattributed", Orphaned(Relays.Of(Relays.RenderJob, mails), done.With("mail", "x")));
        Assert.Equal("orphaned default worker unattributed", Orphaned(new() { Relays = [Relays.Default] }, Consumer("process", 1, 2).As("o").With("messaging.system", "kafka")));
        Assert.Equal("", Orphaned(new() { Relays = [Relays.Callback] }, Consumer("process", 1, 2).As("o").With("messaging.system", "kafka")));

        static string Orphaned(ContinuityOptions options, SpanSpec orphan) =>
            string.Join('|', new Story(options).Arrive(3, orphan).Run(30).Observer.Lines);
    }
}
