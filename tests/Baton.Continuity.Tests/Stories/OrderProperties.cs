using Baton.Testing.Engine;
using CsCheck;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Exporters flush in any order: what arrives within export_lag gives the same verdicts, however it is ordered, repeated and split.</summary>
public class OrderProperties
{
    // Nine jobs of different fates in four traces, three of them linked from the workers' own traces.
    private static readonly SpanSpec[] Spans =
    [
        Producer("produce.render_job", 0, 0.2).As("a").In("t1"),
        Producer("publish", 0.05, 0.15).As("a1").Under("a").In("t1"),
        Consumer("worker.ack_wake", 0.3, 0.4).As("a2").Under("a1").In("t1"),
        Internal("worker.complete", 2, 2).As("a3").Under("a2").In("t1"),
        Producer("produce.render_job", 0, 0.2).As("b").In("t2"),
        Consumer("worker.ack_wake", 0.3, 0.4).As("b2").Under("b").In("t2"),
        Producer("produce.render_job", 0, 0.2).As("c").In("t3"),
        Producer("order", 0, 0.1).As("d").In("t4").With("messaging.destination.name", "orders"),
        Consumer("process", 0.2, 0.9).As("d2").In("w4").LinkedTo("t4/d").With("messaging.destination.name", "orders"),
        Producer("order", 0, 0.1).As("e").In("t5"),
        Consumer("process", 0.2, 0.9).As("e2").Under("e").In("t5").Failed(),
        Consumer("process", 1, 1.9).As("e3").Under("e").In("t5"),
        Producer("order", 0, 0.1).As("f").In("t6"),
        Consumer("process", 0.2, 0.9).As("f2").Under("f").In("t6").Failed(),
        Consumer("receive", 0.2, 1).As("g1").Under("g").In("t7").With("messaging.operation.type", "receive"),
        Consumer("process", 0.3, 0.9).As("g2").Under("g1").In("t7").With("messaging.operation.type", "process"),
        Producer("order", 0, 0.1).As("g").In("t7"),
        Consumer("worker.ack_wake", 0.3, 0.4).As("o").In("w8"),
        Consumer("process", 0.3, 0.4).As("m").Under("never-seen").In("w9").With("messaging.system", "x"),
    ];

    private const int Outer = 0;
    private const int Inner = 1;

    private static readonly string[] Expected = Play(Spans.Select(span => new[] { span }), 1, 16_384);

    [Fact]
    public void The_story_itself_is_judged_as_it_means() => Assert.Equal(
        [
            "SPAN worker.deadline b", "SPAN worker.deadline c", "SPAN worker.deadline f", "SPAN worker.orphan o",
            "acknowledged queue", "acknowledged queue", "acknowledged queue", "acknowledged queue", "acknowledged render_job", "acknowledged render_job",
            "completed queue in_time 0.800", "completed queue in_time 0.800", "completed queue in_time 1.800", "completed render_job in_time 1.850",
            "missed queue failed schedule_to_close_timeout", "missed render_job missing_completion start_to_close_timeout",
            "missed render_job silent_sleep schedule_to_start_timeout",
            "opened queue api", "opened queue api", "opened queue api", "opened queue api",
            "opened render_job api", "opened render_job api", "opened render_job api",
            "orphaned render_job worker unattributed", "producer_missing default worker", "redelivered queue",
        ],
        Expected);

    [Fact]
    public void Any_order_any_repetition_and_any_split_gives_the_same() => Gen.Select(
            Gen.Shuffle(Enumerable.Range(0, Spans.Length).ToArray()), Gen.Int[0, Spans.Length - 1].List[0, 12], Gen.Int[1, 6].List[Spans.Length], Gen.Int[1, 4], Gen.Int[0, 20])
        .Sample(
            (order, repeated, sizes, shards, loaded) =>
            {
                // The outer span of a publication comes with the inner one (the model's known limit): it says which relay owns the job.
                var arrivals = order.Concat(repeated).Where(i => i != Inner).SelectMany(i => i == Outer ? Spans[Outer..(Inner + 1)] : [Spans[i]]).ToList();
                var requests = new List<SpanSpec[]>();
                for (var i = 0; arrivals.Count > 0; i++)
                {
                    var size = Math.Min(sizes[i % sizes.Count], arrivals.Count);
                    size += size < arrivals.Count && arrivals[size - 1] == Spans[Outer] ? 1 : 0;
                    requests.Add([.. arrivals.Take(size)]);
                    arrivals.RemoveRange(0, size);
                }
                Assert.Equal(Expected, Play(requests, shards, loaded));
            },
            iter: Iterations.Of(300, withMutants: 15));

    /// <summary>All requests arrive within two seconds, and much time passes; what was concluded, sorted.</summary>
    private static string[] Play(IEnumerable<SpanSpec[]> requests, int shards, int loaded)
    {
        var story = new Story(Relays.Of(Relays.RenderJob, Relays.Queue) with { LoadedTraces = loaded }, shards);
        var at = 3.0;
        foreach (var request in requests)
        {
            story.Arrive(at += 0.05, request);
        }
        story.Run(6000, 30);
        Assert.Equal(0, story.Traces);
        // A link or the parent, whichever comes first, ties a span; and the latency is that of the first pick-up that is seen.
        var lines = story.Observer.Lines.Where(line => !line.StartsWith("joined", StringComparison.Ordinal))
            .Select(line => line.StartsWith("acknowledged", StringComparison.Ordinal) ? line[..line.LastIndexOf(' ')] : line);
        return [.. lines.Concat(story.Synthesized.Select(s => $"SPAN {s.Span.Name} {NameOf(s.Span.ParentSpanId)}")).Order(StringComparer.Ordinal)];
    }

    private static string NameOf(Google.Protobuf.ByteString id) => Spans.FirstOrDefault(span => Ids.Span(span.Id).Equals(id))?.Id ?? "?";
}
