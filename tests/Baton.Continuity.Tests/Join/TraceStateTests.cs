using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Join;

/// <summary>
/// Whatever happens to a trace, and however large it is (a long list is searched by an index), it finds and forgets what one would who walks
/// through its lists.
/// </summary>
public class TraceStateTests
{
    private const int Steps = 100;

    private static readonly TraceId Own = new(1, 1);
    private static readonly TraceId Other = new(2, 2);

    private readonly TraceState _trace = new();
    private readonly Random _random = new(7);
    private ulong _handoffs;

    public TraceStateTests() => _trace.Reset(Own);

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    [InlineData(90)]
    public void It_finds_what_walking_finds_whatever_is_added_and_forgotten(int size)
    {
        for (var i = 0; i < size; i++)
        {
            Grow();
        }
        for (var step = 0; step < Steps; step++)
        {
            Change();
            // Looked for now and then only: an index is brought up to date when it is asked.
            if (_random.Next(3) == 0)
            {
                FindsWhatWalkingFinds();
            }
            while (_trace.Handoffs.Count < size)
            {
                Grow();
            }
            while (_trace.Pendings.Count < size)
            {
                Wait();
            }
        }
    }

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
        Grow();
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
                    Wait();
                    break;
            }
        }
        Assert.False(_trace.IsLarge);
        Wait();
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

        while (_trace.Handoffs.Count < 100)
        {
            Grow();
        }
        var lists = _trace.Handoffs.Count * 2 + _trace.Aliases.Count * 2 + _trace.Ties.Count + _trace.CountedJobs.Count + _trace.Pendings.Count * 2;
        Grows(FindsWhatWalkingFinds, lists, 40);
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

    /// <summary>One handoff more, and of everything else as much; ids are few, so that many share one.</summary>
    private void Grow()
    {
        Open(1000 + _handoffs++, Id());
        _trace.Aliases.Add(new Alias { SpanId = new(2000 + _handoffs), ParentSpanId = Id(), Handoff = AnyHandoff() });
        _trace.Ties.Add(new Tie
        {
            Consumer = Id(),
            Handoff = AnyHandoff(),
            HandoffTrace = _random.Next(2) == 0 ? default : Other,
            Until = _random.Next(3) == 0 ? _random.Next(1, 100) : 0,
        });
        _trace.CountedJobs.Add(new CountedJob { Handoff = AnyHandoff(), Job = Id().Value });
        Wait();
    }

    private void Wait()
    {
        var header = new SpanEventHeader { TraceId = _random.Next(2) == 0 ? Own : Other, SpanId = Id(), ParentSpanId = Id() };
        var kept = _trace.Keep(MemoryMarshal.AsBytes([header]));
        _trace.Pendings.Add(new Pending
        {
            SpanId = header.SpanId,
            Target = _random.Next(2) == 0 ? default : Id(),
            Offset = kept.Offset,
            Length = kept.Length,
        });
    }

    private void Change()
    {
        switch (_random.Next(7))
        {
            case 0:
                Grow();
                break;
            case 1:
                _trace.Changed = false;
                _trace.RemovePending(_random.Next(_trace.Pendings.Count));
                Assert.True(_trace.Changed);
                Grow();
                break;
            case 2:
                var some = _random.Next(2, 20);
                var kept = _trace.Pendings.Where((_, place) => place % some != 0).ToList();
                _trace.Changed = false;
                _trace.RemovePendings([.. Enumerable.Range(0, _trace.Pendings.Count).Where(place => place % some == 0).Reverse()]);
                Assert.True(_trace.Changed);
                Assert.Equal(Keys(kept), Keys(_trace.Pendings));
                break;
            case 3:
                var handoff = _random.Next(_trace.Handoffs.Count);
                (_trace.HandoffSpan[handoff].Published.SpanId, _trace.HandoffSpan[handoff].Published.ParentSpanId) = (new(1000 + _handoffs++), Id());
                _trace.Reenter(handoff);
                break;
            case 4:
                _trace.HandoffSpan[_random.Next(_trace.Handoffs.Count)].Mark(HandoffMarks.Forgotten);
                _trace.RemoveForgotten();
                break;
            case 5:
                _trace.RemoveTies(_random.Next(10));
                Grow();
                break;
            default:
                _trace.RemoveOldestTies(2);
                Grow();
                Grow();
                break;
        }
        while (_trace.Pendings.Count < 3)
        {
            Grow();
        }
    }

    private static IEnumerable<(ulong, ulong)> Keys(IEnumerable<Pending> pendings) =>
        pendings.Select(pending => (pending.SpanId.Value, pending.Target.Value)).Order();

    private void FindsWhatWalkingFinds()
    {
        foreach (var handoff in _trace.Handoffs)
        {
            Assert.Equal(_trace.Handoffs.FindIndex(each => each.SpanId == handoff.SpanId), _trace.FindHandoff(handoff.SpanId));
        }
        foreach (var alias in _trace.Aliases)
        {
            Assert.Equal(_trace.Aliases.FindIndex(each => each.SpanId == alias.SpanId), _trace.FindAlias(alias.SpanId));
            Assert.Equal(_trace.Handoffs.FindIndex(each => each.SpanId == alias.Handoff), _trace.Resolve(alias.SpanId));
        }
        Assert.Equal((-1, -1, -1), (_trace.FindHandoff(new(1)), _trace.FindAlias(new(1)), _trace.Resolve(new(1))));
        for (ulong id = 1; id < 13; id++)
        {
            FindsBelow(new(id));
            FindsTies(new(id));
            FindsWaiting(new(id));
        }
        foreach (var job in _trace.CountedJobs)
        {
            Assert.True(_trace.HasCounted(job));
            Assert.False(_trace.HasCounted(job with { Handoff = new(1) }));
            Assert.False(_trace.HasCounted(job with { Job = 99 }));
        }
    }

    private void FindsBelow(SpanId outer)
    {
        var below = new SortedSet<int>();
        _trace.FindBelow(outer, below);
        Assert.Equal(
            _trace.Handoffs.Index().Where(each => each.Item.Published.ParentSpanId == outer || _trace.Aliases.Exists(
                alias => alias.ParentSpanId == outer && alias.Handoff == each.Item.SpanId)).Select(each => each.Index),
            below);
    }

    private void FindsTies(SpanId consumer)
    {
        var found = new List<int>();
        for (var i = _trace.FindTie(consumer); i >= 0; i = _trace.FindTie(consumer, i + 1))
        {
            found.Add(i);
            Assert.True(_trace.IsTied(consumer, _trace.Ties[i].Handoff, _trace.Ties[i].HandoffTrace));
        }
        Assert.Equal(_trace.Ties.Index().Where(each => each.Item.Consumer == consumer).Select(each => each.Index), found);
        Assert.False(_trace.IsTied(consumer, new(1), default));
        Assert.False(_trace.IsTied(consumer, found.Count == 0 ? default : _trace.Ties[found[0]].Handoff, new(3, 3)));
    }

    private void FindsWaiting(SpanId id)
    {
        var waiting = new List<int>();
        _trace.FindWaiting(id, waiting);
        Assert.Equal(_trace.Pendings.Index().Where(each => _trace.WaitsFor(each.Item) == id).Select(each => each.Index), waiting.Distinct().Order());
        foreach (var target in (ulong[])[0, 1, 2])
        {
            var found = _trace.FindPending(id, new(target));
            Assert.Equal(_trace.Pendings.Exists(each => (each.SpanId, each.Target.Value) == (id, target)), found >= 0);
            Assert.True(found < 0 || (_trace.Pendings[found].SpanId, _trace.Pendings[found].Target.Value) == (id, target));
        }
        foreach (var trace in (TraceId[])[Own, Other])
        {
            Assert.Equal(_trace.Pendings.Exists(each => each.SpanId == id && _trace.RecordOf(each).Header.TraceId == trace), _trace.HasAsked(trace, id));
        }
    }

    private void Open(ulong id, SpanId parent = default) =>
        _trace.Handoffs.Add(new Handoff { Published = new Publication { SpanId = new(id), ParentSpanId = parent } });

    private SpanId Id() => new((ulong)_random.Next(1, 13));

    private SpanId AnyHandoff() => _trace.Handoffs[_random.Next(_trace.Handoffs.Count)].SpanId;
}
