using System.Text;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Join;

/// <summary>A trace's state comes back from its record as it was, whatever numbers and times are in it.</summary>
public class TraceCodecTests
{
    private const long Published = 1_800_000_000_000_000_000;

    private static readonly TraceId Own = new(1, 1);

    /// <summary>About the sizes at which a number takes one byte more, and the ends of its range.</summary>
    private static readonly long[] Distances =
        [0, 1, -1, 63, 64, -64, -65, 127, 128, 129, 255, 256, 8191, 8192, -8193, 1 << 20, 60_000_000_000, -60_000_000_000, 1L << 55, long.MaxValue, long.MinValue];

    private readonly Random _random = new(5);
    private readonly TraceCodec _codec = new();

    public static TheoryData<string> MessageIds =>
    [
        "", "7", new string('x', 64), "8f14e45f-ceea-467f-a9ab-5c2d9f0e1b77", "8F14E45F-CEEA-467F-A9AB-5C2D9F0E1B77", "8f14e45f-ceea-467f-a9ab-5c2d9f0e1b7x",
        "8f14e45fceea467fa9ab5c2d9f0e1b77", "{8f14e45f-ceea-467f-a9ab-5c2d9f0e1b7}",
    ];

    [Fact]
    public void All_that_has_happened_to_a_handoff_comes_back()
    {
        for (var i = 0; i < 500; i++)
        {
            Handoff handoff = Any(), read = After(handoff).Handoffs[0];
            Assert.Equal((handoff.Published, handoff.Terms), (read.Published, read.Terms));
            Assert.Equal((handoff.PickedUp, handoff.Pulse, handoff.Failed), (read.PickedUp, read.Pulse, read.Failed));
            Assert.Equal((handoff.Missed, handoff.Completed, handoff.Recovered), (read.Missed, read.Completed, read.Recovered));
            Assert.Equal(handoff.HeldUntil, read.HeldUntil);
        }
    }

    [Theory]
    [MemberData(nameof(MessageIds))]
    public void A_message_id_comes_back_letter_by_letter(string id)
    {
        var trace = NewTrace();
        trace.Handoffs.Add(new Handoff { MessageId = trace.Keep(Encoding.UTF8.GetBytes(id)), JobIds = trace.Keep("what follows"u8) });
        var read = Read(_codec.Encode(trace));
        Assert.Equal((id, "what follows"), (Encoding.UTF8.GetString(read.Bytes(read.Handoffs[0].MessageId)), Encoding.UTF8.GetString(read.Bytes(read.Handoffs[0].JobIds))));
    }

    [Fact]
    public void A_uuid_takes_half_the_room_of_its_text() =>
        Assert.InRange(LengthWith("8f14e45f-ceea-467f-a9ab-5c2d9f0e1b77"), 1, LengthWith("8f14e45f-ceea-467f-a9ab-5c2d9f0e1b7x") - 18);

    [Fact]
    public void A_deadline_that_it_does_not_have_takes_no_room()
    {
        var none = LengthOf(new Publication { End = Published });
        Assert.All(
            [new Publication { End = Published, CloseBy = Published + 1 }, new Publication { End = Published, StartBy = Published + 1 }, new Publication { End = Published, StartToClose = 1 }],
            one => Assert.InRange(none, 1, LengthOf(one) - 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_completion_at_the_usual_time_takes_less_room(bool pickedUp)
    {
        const long Far = 0x123_4567_89AB; // six bytes that repeat nothing
        Assert.InRange(Length(1), 1, Length(Far) - 4);

        int Length(long after)
        {
            var handoff = new Handoff { Published = new Publication { Start = Published, End = Published, Arrival = Published, CompletedCount = 1 } };
            if (pickedUp)
            {
                handoff.Mark(HandoffMarks.Acknowledged);
                handoff.PickedUp = new PickUp { First = Published, Latest = Published + 2 * Far, LatestArrival = Published + 2 * Far };
            }
            handoff.Completed.End = (pickedUp ? handoff.PickedUp.Latest : Published) + after;
            return LengthOf(handoff);
        }
    }

    [Theory]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(5000)]
    public void However_many_there_are_of_something_all_come_back(int count)
    {
        var trace = NewTrace();
        for (var i = 0; i < count; i++)
        {
            trace.Ties.Add(new Tie { Consumer = new((ulong)_random.NextInt64()), Until = _random.NextInt64() });
        }
        trace.Heard.Add(new Heard { Last = 9 });
        var read = Read(_codec.Encode(trace));
        Assert.Equal(trace.Ties, read.Ties);
        Assert.Equal((trace.Heard[0], 0), (Assert.Single(read.Heard), read.Aliases.Count));
    }

    [Fact]
    public void A_record_that_is_cut_short_is_not_read()
    {
        var trace = NewTrace();
        trace.Handoffs.Add(Any());
        var record = _codec.Encode(trace).ToArray();
        Assert.Equal("A trace's state cannot be unpacked.", Assert.Throws<InvalidDataException>(() => Read(record.AsSpan(0, record.Length - 3))).Message);
    }

    [Fact]
    public void What_fits_a_record_of_the_store_is_not_packed_and_what_is_longer_is_and_both_come_back()
    {
        Assert.Equal(Baton.Processor.State.StateRecord.Capacity, TraceCodec.ShortEnough);
        var lengths = new List<int>();
        for (var count = 0; count < 400; count++)
        {
            var trace = NewTrace();
            trace.Handoffs.Add(new Handoff { JobIds = trace.Keep(new byte[count]) });
            var record = _codec.Encode(trace);
            lengths.Add(record.Length);
            Assert.Equal(count, Read(record).Handoffs[0].JobIds.Length);
        }
        var packed = lengths.IndexOf(lengths.Max()) + 1;

        // A byte more is a byte longer, and up to three where a length that stands in the record takes a byte more as well.
        Assert.InRange(lengths[packed - 1], TraceCodec.ShortEnough - 1, TraceCodec.ShortEnough);
        Assert.All(Enumerable.Range(1, packed - 1), count => Assert.InRange(lengths[count] - lengths[count - 1], 1, 3));
        Assert.All(lengths[packed..], length => Assert.InRange(length, 1, 60));
    }

    /// <summary>A handoff of which some has happened, at any times; what has not happened is not set.</summary>
    private Handoff Any()
    {
        var handoff = new Handoff
        {
            Published = new Publication
            {
                SpanId = Id(),
                ParentSpanId = Id(),
                Resource = Id().Value,
                Start = Published,
                End = Time(),
                Arrival = Time(),
                Marks = (HandoffMarks)_random.Next(1 << 24) & ~HandoffMarks.Forgotten,
                Relay = Number(),
                Trial = (byte)_random.Next(256),
                Expected = Number(),
                CompletedCount = Number(),
                CloseBy = Some(),
                StartBy = Some(),
                StartToClose = Some(),
                CloseUntold = _random.Next(2) == 0,
            },
        };
        Set(handoff.Has(HandoffMarks.HasTerms), ref handoff.Terms, new Terms { Batch = Number(), Completed = Id().Value, Heartbeat = Some() });
        Set(handoff.Has(HandoffMarks.Acknowledged), ref handoff.PickedUp, new PickUp
        {
            First = Time(),
            Latest = Time(),
            LatestArrival = Time(),
            LatestLateness = Time(),
            TraceId = Own,
            SpanId = Id(),
            Attempts = Number(),
            Match = Match.Link,
        });
        Set(handoff.HasHeartbeat, ref handoff.Pulse, new Pulse { First = Time(), Last = Time(), SpanId = Id() });
        Set(handoff.Has(HandoffMarks.AttemptFailed), ref handoff.Failed, new Failure { At = Time() });
        Set(handoff.Has(HandoffMarks.Missed), ref handoff.Missed, new Miss { DeadlineAt = Time(), Verdict = Verdict.Failed, Round = 3 });
        Set(handoff.Published.CompletedCount > 0, ref handoff.Completed, new Completion { End = Time(), Arrival = Time(), SpanId = Id(), Match = Match.Parent });
        Set(handoff.Has(HandoffMarks.RecoveryDue), ref handoff.Recovered, new Recovery { Start = Time(), End = Time(), TraceId = Own, SpanId = Id() });
        Set(handoff.Has(HandoffMarks.Held), ref handoff.HeldUntil, Time());
        return handoff;
    }

    private static void Set<T>(bool happened, ref T part, T value) => part = happened ? value : part;

    private SpanId Id() => new((ulong)_random.NextInt64());

    private long Distance() => Distances[_random.Next(Distances.Length)];

    private long Time() => unchecked(Published + Distance());

    private long Some() => _random.Next(2) == 0 ? 0 : Time();

    private ushort Number() => unchecked((ushort)Distance());

    private static TraceState NewTrace()
    {
        var trace = new TraceState();
        trace.Reset(Own);
        return trace;
    }

    private TraceState After(in Handoff handoff)
    {
        var trace = NewTrace();
        trace.Handoffs.Add(handoff);
        return Read(_codec.Encode(trace));
    }

    private static TraceState Read(ReadOnlySpan<byte> record)
    {
        var trace = NewTrace();
        TraceCodec.Decode(record, trace);
        return trace;
    }

    private int LengthOf(in Publication published) => LengthOf(new Handoff { Published = published });

    private int LengthOf(in Handoff handoff)
    {
        var trace = NewTrace();
        trace.Handoffs.Add(handoff);
        return _codec.Encode(trace).Length;
    }

    private int LengthWith(string messageId)
    {
        var trace = NewTrace();
        trace.Handoffs.Add(new Handoff { MessageId = trace.Keep(Encoding.UTF8.GetBytes(messageId)) });
        return _codec.Encode(trace).Length;
    }
}
