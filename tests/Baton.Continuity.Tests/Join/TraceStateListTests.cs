using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Join;

/// <summary>What chance seldom brings about in a trace's lists (<see cref="TraceStateTests"/>).</summary>
public class TraceStateListTests
{
    private static readonly TraceId Own = new(1, 1);
    private static readonly TraceId Other = new(2, 2);

    private readonly TraceState _trace = new();

    public TraceStateListTests() => _trace.Reset(Own);

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    public void A_span_of_another_trace_with_the_id_of_the_one_that_asked_has_not_asked(int size)
    {
        for (ulong id = 1; id <= (ulong)size; id++)
        {
            Wait(id);
        }
        Assert.All(_trace.Pendings, pending => Assert.True(_trace.HasAsked(Own, pending.SpanId)));
        Assert.All(_trace.Pendings, pending => Assert.False(_trace.HasAsked(Other, pending.SpanId)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    public void Ties_are_found_where_they_are_once_others_were_forgotten(int size)
    {
        for (ulong id = 1; id <= (ulong)size; id++)
        {
            _trace.Ties.Add(new Tie { Consumer = new(id), Handoff = new(100) });
        }
        Assert.Equal(size - 1, _trace.FindTie(new((ulong)size)));
        _trace.RemoveTies(static tie => tie.Consumer.Value == 2);
        _trace.Ties.Add(new Tie { Consumer = new(200) });
        Assert.Equal((0, -1, size - 2, size - 1), (_trace.FindTie(new(1)), _trace.FindTie(new(2)), _trace.FindTie(new((ulong)size)), _trace.FindTie(new(200))));
    }

    [Fact]
    public void In_a_short_list_those_that_wait_on_keep_their_order()
    {
        for (ulong id = 1; id <= 6; id++)
        {
            Wait(id);
        }
        _trace.RemovePending(1);
        Assert.Equal([1, 3, 4, 5, 6], _trace.Pendings.Select(pending => pending.SpanId.Value));
        _trace.RemovePendings([3, 0]);
        Assert.Equal([3, 4, 6], _trace.Pendings.Select(pending => pending.SpanId.Value));
    }

    private void Wait(ulong id)
    {
        var kept = _trace.Keep(MemoryMarshal.AsBytes([new SpanEventHeader { TraceId = Own, SpanId = new(id), ParentSpanId = new(99) }]));
        _trace.Pendings.Add(new Pending { SpanId = new(id), Offset = kept.Offset, Length = kept.Length });
    }
}
