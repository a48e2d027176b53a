using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Judge;

public sealed class LoadedTracesTests : IDisposable
{
    private readonly CountingStore _store = new();

    [Fact]
    public void A_trace_that_is_touched_again_and_again_is_neither_read_nor_written_again()
    {
        var traces = new LoadedTraces(_store, 10, long.MaxValue);
        for (var epoch = 0; epoch < 100; epoch++)
        {
            Touch(traces, 1);
        }
        Assert.Equal((1, 0), (_store.Loaded, _store.Committed));
        Assert.Equal((1, 0), (traces.Count, _store.Count));
    }

    [Fact]
    public void What_was_opened_and_forgotten_meanwhile_never_reaches_the_store()
    {
        var traces = new LoadedTraces(_store, 10, long.MaxValue);
        Touch(traces, 1);
        Touch(traces, 1, empty: true);
        traces.Flush();
        Assert.Equal((0, 0), (_store.Committed, traces.Count));
    }

    [Fact]
    public void The_least_recently_used_leaves_and_comes_back_as_it_was()
    {
        var traces = new LoadedTraces(_store, 2, long.MaxValue);
        Touch(traces, 1);
        Touch(traces, 2);
        Touch(traces, 1);
        Touch(traces, 3);
        Assert.Equal(1, _store.Count);
        Assert.Equal((2, 2), (Touch(traces, 1).Ties.Count - 1, Touch(traces, 3).Ties.Count));
        Assert.Equal(3, _store.Loaded);
        Assert.Equal(1, Touch(traces, 2).Ties.Count - 1);
        Assert.Equal((3, 4), (traces.Count, _store.Loaded));
    }

    [Fact]
    public void Memory_bounds_them_too()
    {
        var traces = new LoadedTraces(_store, 1000, 100_000);
        for (ulong i = 1; i <= 500; i++)
        {
            Touch(traces, i, ties: 100);
        }
        Assert.InRange(500 - _store.Count, 1, 20);
        Assert.Equal(500, traces.Count);
    }

    [Fact]
    public void A_flush_writes_what_has_changed_since_the_last_once()
    {
        var traces = new LoadedTraces(_store, 10, long.MaxValue);
        Touch(traces, 1);
        Touch(traces, 2);
        traces.Flush();
        Touch(traces, 1);
        traces.Flush();
        traces.Flush();
        Assert.Equal((3, 2, 2), (_store.Committed, _store.Count, traces.Count));
    }

    [Fact]
    public void One_that_the_store_has_and_is_forgotten_leaves_it()
    {
        var traces = new LoadedTraces(_store, 0, long.MaxValue);
        Touch(traces, 1);
        Assert.Equal(1, _store.Count);
        Touch(traces, 1, empty: true);
        Assert.Equal((0, 0), (_store.Count, traces.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(70_000)]
    public void It_comes_back_as_it_was_however_much_it_holds(int ties)
    {
        var traces = new LoadedTraces(_store, 0, long.MaxValue);
        Touch(traces, 1, ties: ties);
        Assert.Equal(ties, Touch(traces, 1, ties: 0).Ties.Count);
    }

    [Fact]
    public void A_state_of_another_form_is_not_read() =>
        Assert.Contains("has form 200,", Assert.Throws<InvalidDataException>(() => TraceCodec.Decode([200, 0, 0, 0, 0], new TraceState())).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_that_is_to_be_written_does_not_trouble_the_store()
    {
        var traces = new LoadedTraces(_store, 10, long.MaxValue);
        Touch(traces, 1);
        Assert.Equal(0, _store.Commits);
        traces.Flush();
        traces.Flush();
        Assert.Equal(1, _store.Commits);
    }

    [Fact]
    public void The_memory_of_a_small_trace_that_is_over_is_used_again_and_of_a_large_one_is_not()
    {
        var traces = new LoadedTraces(_store, 10, long.MaxValue);
        var small = Touch(traces, 1, empty: true);
        Assert.Same(small, Touch(traces, 2));
        Touch(traces, 2, ties: 1000);
        var large = Touch(traces, 2, empty: true);
        Assert.Same(small, large);
        Assert.NotSame(large, Touch(traces, 3));
    }

    [Fact]
    public void A_trace_lets_go_of_the_bytes_of_what_is_forgotten()
    {
        var traces = new LoadedTraces(_store, 10, long.MaxValue);
        TraceState? trace = null;
        for (var epoch = 0; epoch < 1000; epoch++)
        {
            trace = Touch(traces, 1, bytes: 100);
        }
        Assert.InRange(trace!.MemoryBytes, 1, 100_000);
    }

    public void Dispose() => _store.Dispose();

    private static TraceState Touch(LoadedTraces traces, ulong id, bool empty = false, int ties = 1, int bytes = 0)
    {
        var key = new TraceId(id, id);
        var trace = traces.Want(key);
        traces.Load();
        traces.Use(trace);
        if (empty)
        {
            trace.Ties.Clear();
        }
        for (var i = 0; i < ties && !empty; i++)
        {
            trace.Ties.Add(new Tie { Until = 1 });
        }
        trace.Keep(new byte[bytes]);
        traces.Return(trace, changed: true);
        traces.InUse.Clear();
        traces.Trim();
        return trace;
    }

    private sealed class CountingStore : IStateStore
    {
        private readonly MemoryStateStore _store = new();

        public int Loaded { get; private set; }

        public int Committed { get; private set; }

        public int Commits { get; private set; }

        public long Count => _store.Count;

        public void Load(StateBatch batch)
        {
            Loaded += batch.Count - batch.FirstUnloaded;
            _store.Load(batch);
        }

        public void Commit(StateBatch batch)
        {
            Commits++;
            Committed += Enumerable.Range(0, batch.Count).Count(batch.IsChanged);
            _store.Commit(batch);
        }

        public void Scan(StateVisitor visit) => _store.Scan(visit);

        public void Dispose() => _store.Dispose();
    }
}
