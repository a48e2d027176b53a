using System.Runtime.ExceptionServices;

namespace Baton.Processor.Watch;

/// <summary>
/// Runs the shards of a round side by side: the caller's thread takes the first, a thread of its own each other. Rounds follow each other within microseconds under load, and not at all when there is none;
/// so a thread that has done its part spins briefly for the next, and then sleeps.
/// </summary>
internal sealed class ShardThreads : IDisposable
{
    private const int Spins = 50;

    private readonly Worker[] _workers;
    private readonly ManualResetEventSlim _done = new(false, Spins);
    private Action<int> _body = static _ => { };
    private ExceptionDispatchInfo? _failure;
    private int _left;
    private volatile bool _stopping;

    /// <param name="shards">How many parts a round has at most.</param>
    public ShardThreads(int shards)
    {
        _workers = new Worker[shards - 1];
        for (var i = 0; i < _workers.Length; i++) _workers[i] = new Worker(this, i + 1);
    }

    /// <summary>Runs a body for 0 … count - 1, and returns when all are done. One caller at a time. Throws what one of them threw.</summary>
    public void Run(int count, Action<int> body)
    {
        if (count == 1)
        {
            body(0);
            return;
        }
        _body = body;
        _failure = null;
        _done.Reset();
        Volatile.Write(ref _left, count);
        for (var i = 0; i < count - 1; i++) _workers[i].Begin.Set();
        RunOne(0);
        _done.Wait();
        _failure?.Throw();
    }

    /// <summary>Ends the threads. No round is under way.</summary>
    public void Dispose()
    {
        _stopping = true;
        foreach (var worker in _workers)
        {
            worker.Begin.Set();
            worker.Thread.Join();
            worker.Begin.Dispose();
        }
        _done.Dispose();
    }

    private void RunOne(int shard)
    {
        try
        {
            _body(shard);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
        if (Interlocked.Decrement(ref _left) == 0) _done.Set();
    }

    private sealed class Worker
    {
        private readonly ShardThreads _owner;
        private readonly int _shard;

        public Worker(ShardThreads owner, int shard)
        {
            _owner = owner;
            _shard = shard;
            Thread = new Thread(Loop) { Name = $"shard {shard}", IsBackground = true };
            Thread.Start();
        }

        public ManualResetEventSlim Begin { get; } = new(false, Spins);

        public Thread Thread { get; }

        private void Loop()
        {
            while (true)
            {
                Begin.Wait();
                Begin.Reset();
                if (_owner._stopping) return;
                _owner.RunOne(_shard);
            }
        }
    }
}
