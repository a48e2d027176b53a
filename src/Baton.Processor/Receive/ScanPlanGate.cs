using Baton.Continuity.Scan;
using Microsoft.Extensions.ObjectPool;

namespace Baton.Processor.Receive;

/// <summary>
/// The scan plan in force, and the way to another one: an entry's events name relays by their place in the plan, so in the journal the
/// entries of the old plan must stand before the declaration of the new one, and those of the new plan after it. Safe for any number of threads.
/// </summary>
internal sealed class ScanPlanGate(ScanPlan plan)
{
    private volatile Generation _current = new(plan);

    /// <summary>Begins to use the plan in force; waits while it is being replaced. To be left as soon as the journal has the entry.</summary>
    public async ValueTask<Generation> EnterAsync()
    {
        while (true)
        {
            var current = _current;
            if (current.TryEnter()) return current;
            await current.Replaced;
        }
    }

    /// <summary>Replaces the plan. One at a time.</summary>
    /// <param name="next">The new plan.</param>
    /// <param name="declare">Runs when nobody uses the old plan any more, and before anybody uses the new one. If it fails, the old one stays.</param>
    /// <returns>What <paramref name="declare"/> returned.</returns>
    public async Task<bool> ReplaceAsync(ScanPlan next, Func<Task<bool>> declare)
    {
        var old = _current;
        await old.CloseAsync();
        var declared = false;
        try
        {
            declared = await declare();
        }
        finally
        {
            _current = declared ? new Generation(next) : old.Reopened();
            old.Release();
        }
        return declared;
    }

    /// <summary>A plan with its scanners, for as long as it is in force.</summary>
    internal sealed class Generation
    {
        private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Its own hold counts as a user, until it is closed.
        private int _users = 1;
        private volatile bool _closed;

        public Generation(ScanPlan plan)
            : this(RequestScanPolicy.CreatePool(plan))
        {
        }

        private Generation(ObjectPool<RequestScan> scans) => Scans = scans;

        /// <summary>The plan's scanners.</summary>
        public ObjectPool<RequestScan> Scans { get; }

        /// <summary>Ends when another one is in force.</summary>
        public Task Replaced => _replaced.Task;

        /// <summary>Counts a user in; false once it is closed.</summary>
        public bool TryEnter()
        {
            Interlocked.Increment(ref _users);
            if (!_closed) return true;
            Leave();
            return false;
        }

        /// <summary>Counts a user out.</summary>
        public void Leave()
        {
            if (Interlocked.Decrement(ref _users) == 0) _empty.TrySetResult();
        }

        /// <summary>Lets nobody in any more, and waits until all are out.</summary>
        public Task CloseAsync()
        {
            _closed = true;
            Leave();
            return _empty.Task;
        }

        /// <summary>The same plan, open again.</summary>
        public Generation Reopened() => new(Scans);

        /// <summary>Lets go on who waits.</summary>
        public void Release() => _replaced.TrySetResult();
    }
}
