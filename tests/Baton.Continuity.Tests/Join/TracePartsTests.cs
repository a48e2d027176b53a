using System.Runtime.CompilerServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Join;

/// <summary>What a trace holds: how it is forgotten, what it takes of memory, and when it is large.</summary>
public class TracePartsTests
{
    private static readonly TraceId Other = new(2, 2);

    private readonly TraceState _trace = new();

    public TracePartsTests() => _trace.Reset(new TraceId(1, 1));

    [Fact]
    public void Of_a_forgotten_handoff_nothing_is_left_and_of_the_others_everything()
    {
        foreach (var handoff in (ulong[])[1, 2, 3])
        {
            Open(handoff);
            _trace.Aliases.Add(new Alias { SpanId = new(10 + handoff), Handoff = new(handoff) });
            _trace.Stitches.Add(new Stitch { Handoff = new(handoff) });
            _trace.Sends.Add(new Sending { Send = new(handoff) });
            _trace.CountedJobs.Add(new CountedJob { Handoff = new(handoff), Job = 5 });
            _trace.Ties.Add(new Tie { Consumer = new(20 + handoff), Handoff = new(handoff) });
            _trace.Ties.Add(new Tie { Consumer = new(30 + handoff), Handoff = new(handoff), HandoffTrace = Other });
        }
        _trace.HandoffSpan[1].Mark(HandoffMarks.Forgotten);
        _trace.Changed = false;
        _trace.RemoveForgotten();

        Assert.True(_trace.Changed);
        Assert.Equal([1, 3], _trace.Handoffs.Select(handoff => handoff.SpanId.Value));
        Assert.Equal([11, 13], _trace.Aliases.Select(alias => alias.SpanId.Value));
        Assert.Equal([1, 3], _trace.Stitches.Select(stitch => stitch.Handoff.Value));
        Assert.Equal([1, 3], _trace.Sends.Select(send => send.Send.Value));
        Assert.Equal([1, 3], _trace.CountedJobs.Select(job => job.Handoff.Value));
        Assert.Equal([21, 31, 32, 23, 33], _trace.Ties.Select(tie => tie.Consumer.Value)); // those to another trace's handoffs go by their own time

        _trace.HandoffSpan[0].Mark(HandoffMarks.Forgotten);
        _trace.RemoveForgotten();
        Assert.Equal(3UL, Assert.Single(_trace.Handoffs).SpanId.Value);
        Assert.Equal(13UL, Assert.Single(_trace.Aliases).SpanId.Value);
        Assert.Equal(3UL, Assert.Single(_trace.Stitches).Handoff.Value);
        Assert.Equal(3UL, Assert.Single(_trace.CountedJobs).Handoff.Value);
        Assert.Equal(3UL, Assert.Single(_trace.Sends).Send.Value);
        _trace.RemoveSends(new SpanId(4));
        Assert.Single(_trace.Sends);
        _trace.RemoveSends(new SpanId(3));
        Assert.Empty(_trace.Sends);
    }

    [Fact]
    public void Ties_are_forgotten_when_their_time_is_over_by_what_they_are_and_the_oldest_first()
    {
        for (ulong i = 0; i < 5; i++)
        {
            _trace.Ties.Add(new Tie { Consumer = new(i), Until = (long)i });
        }
        Assert.Equal("0 3 4, changed", TiesAfter(() => _trace.RemoveTies(2)));
        Assert.Equal("0 3 4", TiesAfter(() => _trace.RemoveTies(2)));
        Assert.Equal("0 3 4", TiesAfter(() => _trace.RemoveTies(static tie => tie.Consumer.Value == 2)));
        Assert.Equal("0 4, changed", TiesAfter(() => _trace.RemoveTies(static tie => tie.Consumer.Value == 3)));
        Assert.Equal("4, changed", TiesAfter(() => _trace.RemoveOldestTies(1)));
        Assert.Equal(", changed", TiesAfter(() => _trace.RemoveOldestTies(7)));
    }

    [Fact]
    public void It_is_used_again_for_another_trace_and_nothing_of_the_first_is_left()
    {
        Open(1);
        _trace.Aliases.Add(default);
        _trace.Ties.Add(default);
        _trace.CountedJobs.Add(default);
        _trace.Pendings.Add(default);
        _trace.Stitches.Add(default);
        _trace.Sends.Add(default);
        _trace.Heard.Add(default);
        _trace.Candidates.Add(default);
        _trace.News.Add(default);
        (_trace.WheelHandle, _trace.Changed, _trace.HasWoken) = (5, true, true);
        _trace.Reset(Other);

        Assert.Equal((Other, -1, false, false, true), (_trace.TraceId, _trace.WheelHandle, _trace.Changed, _trace.HasWoken, _trace.IsEmpty));
        Assert.Equal((0, 0, 0), (_trace.Sends.Count, _trace.CountedJobs.Count, _trace.News.Count));
        Assert.Equal((0, 0, 0, 0), (_trace.Handoffs.Count, _trace.Aliases.Count, _trace.Ties.Count, _trace.Pendings.Count));
        Assert.Equal((0, 0, 0), (_trace.Heard.Count, _trace.Stitches.Count, _trace.Candidates.Count));
    }

    [Fact]
    public void With_more_than_sixty_four_parts_it_is_large()
    {
        for (var i = 0; i < 64; i++)
        {
            Assert.False(_trace.IsLarge);
            switch (i % 3)
            {
                case 0:
                    Open((ulong)i);
                    break;
                case 1:
                    _trace.Ties.Add(default);
                    break;
                default:
                    _trace.Pendings.Add(default);
                    break;
            }
        }
        Assert.False(_trace.IsLarge);
        _trace.Pendings.Add(default);
        Assert.True(_trace.IsLarge);
    }

    [Fact]
    public void All_that_it_holds_counts_as_memory()
    {
        Grows(() => _trace.Handoffs.EnsureCapacity(10), 10, Unsafe.SizeOf<Handoff>(), _trace.Handoffs.Capacity);
        Grows(() => _trace.Aliases.EnsureCapacity(10), 10, Unsafe.SizeOf<Alias>());
        Grows(() => _trace.Ties.EnsureCapacity(10), 10, Unsafe.SizeOf<Tie>());
        Grows(() => _trace.Pendings.EnsureCapacity(10), 10, Unsafe.SizeOf<Pending>());
        Grows(() => _trace.Stitches.EnsureCapacity(10), 10, Unsafe.SizeOf<Stitch>());
        Grows(() => _trace.CountedJobs.EnsureCapacity(10), 10, Unsafe.SizeOf<CountedJob>());
        Grows(() => _trace.Candidates.EnsureCapacity(10), 10, Unsafe.SizeOf<Candidate>());
        Grows(() => _trace.Heard.EnsureCapacity(10), 10, Unsafe.SizeOf<Heard>());
        Grows(() => _trace.Sends.EnsureCapacity(10), 10, Unsafe.SizeOf<Sending>());
        Grows(() => _trace.Keep(new byte[1000]), 1000, 1, 64);
    }

    [Fact]
    public void Most_of_its_bytes_may_belong_to_what_is_forgotten_once_they_have_doubled()
    {
        _trace.Keep(new byte[1024]);
        Assert.False(_trace.IsLoose);
        _trace.Keep(new byte[1]);
        Assert.True(_trace.IsLoose);
        _trace.SetPacked();
        Assert.False(_trace.IsLoose);
        _trace.Keep(new byte[1025]);
        Assert.False(_trace.IsLoose);
        _trace.Keep(new byte[2]);
        Assert.True(_trace.IsLoose);
    }

    [Fact]
    public void Bytes_stay_where_they_were_kept_however_many_follow()
    {
        var kept = Enumerable.Range(0, 100).Select(i => (Range: _trace.Keep(Enumerable.Repeat((byte)i, i).ToArray()), Value: i)).ToList();
        Assert.All(kept, each => Assert.Equal(Enumerable.Repeat((byte)each.Value, each.Value), _trace.Bytes(each.Range).ToArray()));
    }

    private void Grows(Action grow, int items, int itemBytes, int before = 0)
    {
        var bytes = _trace.MemoryBytes;
        grow();
        Assert.Equal((items - before) * itemBytes, _trace.MemoryBytes - bytes);
    }

    private string TiesAfter(Action forget)
    {
        _trace.Changed = false;
        forget();
        return string.Join(' ', _trace.Ties.Select(tie => tie.Consumer.Value)) + (_trace.Changed ? ", changed" : "");
    }

    private void Open(ulong id) => _trace.Handoffs.Add(new Handoff { Published = new Publication { SpanId = new(id) } });
}
