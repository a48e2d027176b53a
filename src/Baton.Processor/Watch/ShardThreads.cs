namespace Baton.Processor.Watch;

/// <summary>
/// Runs a round on all shards at once: shard 0 on the caller's thread, each other on a thread of its own that waits between rounds.
/// With one shard there is no other thread, and a round is a call.
/// </summary>
/// <remarks>
/// A round is short, so a waiting thread spins for a moment before it sleeps. The caller's writes happen before the round, the shards' before
/// its return: both go through the barrier. One caller at a time.
/// </remarks>
internal sealed class ShardThreads : IDisposable
{
    private readonly Barrier? _barrier;
    private readonly Thread[] _threads;
    private readonly Exception?[] _faults;
    private Action<int>? _body;

    public ShardThreads(int shards)
    {
        _faults = new Exception?[shards];
        _barrier = shards > 1 ? new Barrier(shards) : null;
        _threads = [.. Enumerable.Range(1, shards - 1).Select(shard => new Thread(() => Serve(shard)) { IsBackground = true, Name = $"shard {shard}" })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Runs a body once per shard, and returns when all are done.</summary>
    /// <param name="count">The number of shards.</param>
    /// <param name="body">Called with 0 … <paramref name="count"/> - 1.</param>
    public void Run(int count, Action<int> body)
    {
        if (_barrier is null)
        {
            body(0);
            return;
        }
        _body = body;
        _barrier.SignalAndWait();
        RunOne(0);
        _barrier.SignalAndWait();
        if (_faults.Any(fault => fault is not null))
        {
            throw new AggregateException(_faults.OfType<Exception>());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _body = null;
        _barrier?.SignalAndWait();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
        _barrier?.Dispose();
    }

    private void Serve(int shard)
    {
        while (true)
        {
            _barrier!.SignalAndWait();
            if (_body is null)
            {
                return;
            }
            RunOne(shard);
            _barrier.SignalAndWait();
        }
    }

    private void RunOne(int shard)
    {
        try
        {
            _body!(shard);
        }
        catch (Exception e)
        {
            _faults[shard] = e; // handed to the caller, who ends the leg with it
        }
    }
}
