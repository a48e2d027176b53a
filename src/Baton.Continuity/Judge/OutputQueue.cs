using System.Buffers;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Judge;

/// <summary>What was concluded, in an order that does not depend on shards, as entries for the journal.</summary>
internal sealed class OutputQueue(Shared shared)
{
    /// <summary>Verdicts in one entry: about a megabyte, so that a mass of deadlines neither makes one huge request nor thousands of small ones.</summary>
    private const int VerdictsPerEntry = 1_000;

    private readonly List<Output> _open = [];
    private readonly Queue<Output> _closed = [];

    /// <summary>Adds the outputs of one shard and empties its list.</summary>
    public void Add(List<Output> outputs)
    {
        _open.AddRange(outputs);
        outputs.Clear();
    }

    /// <summary>All shards have added theirs.</summary>
    public void Close()
    {
        if (_open.Count == 0)
        {
            return;
        }
        _open.Sort(Output.InOrder);
        foreach (var output in _open)
        {
            _closed.Enqueue(output);
        }
        _open.Clear();
    }

    public bool TryTake(out OwnEntry entry)
    {
        entry = default;
        if (_closed.Count == 0)
        {
            return false;
        }
        using var events = new EventWriter();
        var request = new SpanRequest(shared);
        var count = 0;
        for (; count < VerdictsPerEntry && _closed.TryDequeue(out var output); count++)
        {
            events.Append(output.Verdict);
            request.Add(output.Resource, output.Span);
        }
        var verdicts = ArrayPool<byte>.Shared.Rent(events.Written.Length);
        events.Written.Span.CopyTo(verdicts);
        entry = new OwnEntry(verdicts.AsMemory(0, events.Written.Length), request.ToPooled(), count) { IsPooled = true };
        return true;
    }
}
