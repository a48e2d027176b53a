using System.Buffers;
using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Testing.Engine;
using Google.Protobuf;

namespace Baton.Continuity.Tests.Stories;

/// <summary>A record of the product's store holds 188 bytes: what there is most of must fit, or it takes twice the memory.</summary>
public sealed class RecordSizeTests
{
    private const int Capacity = 188;

    [Fact]
    public void A_waiting_handoff_with_a_message_id_that_is_its_job_id_takes_one_record_and_its_job_id_another() =>
        Assert.All(LengthsAfter(), length => Assert.InRange(length, 1, Capacity));

    [Fact]
    public void One_that_was_picked_up_and_completed_takes_no_more_while_it_is_remembered()
    {
        var fetched = SpanSpec.Consumer("render.process", 3, 5).As("a").Under("p").In("t");
        var done = SpanSpec.Internal("render.complete", 4, 5).As("c").Under("a").In("t");

        Assert.All(LengthsAfter(fetched, done), length => Assert.InRange(length, 1, Capacity));
    }

    private static List<int> LengthsAfter(params SpanSpec[] worker)
    {
        var options = new ContinuityOptions
        {
            Relays =
            [
                new RelayDefinition
                {
                    Name = "render_job",
                    Produce = Condition.Parse("span.name == \"produce.render_job\"").Condition,
                    Acknowledge = Condition.Parse("span.name == \"render.process\"").Condition,
                    Complete = Condition.Parse("span.name == \"render.complete\"").Condition,
                    Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 60_000_000_000 },
                    JobIds = [JobIdKey.Of("messaging.message.id")],
                },
            ],
        };
        using var store = new MemoryStateStore();
        var observer = new RecordingObserver();
        var engine = new Engine(options, [store], observer);
        engine.Recover([]);
        var job = SpanSpec.Producer("produce.render_job", 0, 1).As("p").Under("r").In("t").With("messaging.destination.name", "render").With("messaging.message.id", "8f14e45f-ceea-467f-a9ab-5c2d9f0e1b77");
        Apply(engine, options, 0, 2, job);
        if (worker.Length > 0)
        {
            Apply(engine, options, 1, 6, worker);
            Assert.Equal(1, observer.Count("completed"));
        }
        engine.WriteCheckpoint(new ArrayBufferWriter<byte>());

        var lengths = new List<int>();
        store.Scan((_, value) => lengths.Add(value.Length));
        Assert.Equal(2, lengths.Count);
        return lengths;
    }

    private static void Apply(Engine engine, ContinuityOptions options, long position, int second, params SpanSpec[] spans)
    {
        using var events = new EventWriter();
        Assert.True(new SpanScanner(ScanPlan.Create(options)).Scan(Story.Request(spans).ToByteArray(), events).IsOk);
        engine.Apply(position, Story.Epoch + second * 1_000_000_000L, events.Written.Span);
        engine.EndEpoch();
    }
}
