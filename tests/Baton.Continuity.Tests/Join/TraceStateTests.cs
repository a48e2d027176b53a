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
    public void Its_indexes_count_as_memory()
    {
        while (_trace.Handoffs.Count < 100)
        {
            Grow();
        }
        var lists = _trace.Handoffs.Count * 2 + _trace.Aliases.Count * 2 + _trace.Ties.Count + _trace.CountedJobs.Count + _trace.Pendings.Count * 2;
        var before = _trace.MemoryBytes;
        FindsWhatWalkingFinds();
        Assert.Equal(40 * lists, _trace.MemoryBytes - before);
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
