using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using CsCheck;

namespace Baton.Continuity.Tests.Judge;

/// <summary>The table of unpacked traces holds what a dictionary holds, whatever came and went.</summary>
public class TraceTableTests
{
    [Fact]
    public void It_holds_what_a_dictionary_holds() =>
        Gen.Int[0, 199].Array[0, 1000].Sample(
            numbers =>
            {
                var table = new TraceTable();
                var expected = new Dictionary<TraceId, TraceState>();
                foreach (var number in numbers)
                {
                    var id = new TraceId(7, (ulong)number);
                    if (expected.Remove(id, out var known))
                    {
                        table.Remove(known);
                    }
                    else
                    {
                        table.Add(expected[id] = New(id));
                    }
                }
                Assert.Equal(expected.Count, table.Count);
                for (var number = 0; number < 200; number++)
                {
                    var id = new TraceId(7, (ulong)number);
                    Assert.Same(expected.GetValueOrDefault(id), table.Find(id));
                }
            },
            iter: 300);

    [Fact]
    public void Many_come_and_all_go_again()
    {
        var table = new TraceTable();
        var traces = Enumerable.Range(0, 20_000).Select(number => New(new TraceId((ulong)number, 1))).ToList();
        traces.ForEach(table.Add);

        Assert.All(traces, trace => Assert.Same(trace, table.Find(trace.TraceId)));
        traces.ForEach(table.Remove);
        Assert.Equal(0, table.Count);
        Assert.All(traces, trace => Assert.Null(table.Find(trace.TraceId)));
    }

    private static TraceState New(TraceId id)
    {
        var trace = new TraceState();
        trace.Reset(id);
        return trace;
    }
}
