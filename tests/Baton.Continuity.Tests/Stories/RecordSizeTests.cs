using System.Buffers;
using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Testing.Engine;
using Google.Protobuf;

namespace Baton.Continuity.Tests.Stories;

/// <summary>A record of the product's store holds 164 bytes: what there is most of must fit, or it takes twice the memory.</summary>
public sealed class RecordSizeTests
{
    private const int Capacity = 164;

    [Fact]
    public void A_waiting_handoff_with_a_message_id_that_is_its_job_id_takes_one_record_and_its_job_id_another()
    {
        var options = new ContinuityOptions
        {
            Relays =
            [
                new RelayDefinition
                {
                    Name = "render_job",
                    Produce = Condition.Parse("span.name == \"produce.render_job\"").Condition,
                    Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 60_000_000_000 },
                    JobIds = [JobIdKey.Of("messaging.message.id")],
                },
            ],
        };
        using var store = new MemoryStateStore();
        var engine = new Engine(options, [store], new RecordingObserver());
        engine.Recover([]);
        var job = SpanSpec.Producer("produce.render_job", 0, 1).As("p").Under("r").In("t").With("messaging.destination.name", "render").With("messaging.message.id", Guid.Empty.ToString());
        using var events = new EventWriter();
        Assert.True(new SpanScanner(ScanPlan.Create(options)).Scan(Story.Request([job]).ToByteArray(), events).IsOk);

        engine.Apply(0, Story.Epoch + 2_000_000_000, events.Written.Span);
        engine.EndEpoch();
        engine.WriteCheckpoint(new ArrayBufferWriter<byte>());

        var lengths = new List<int>();
        store.Scan((_, value) => lengths.Add(value.Length));
        Assert.Equal(2, lengths.Count);
        Assert.All(lengths, length => Assert.InRange(length, 1, Capacity));
    }
}
