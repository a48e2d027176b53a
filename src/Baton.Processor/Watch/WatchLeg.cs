using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.State;

namespace Baton.Processor.Watch;

/// <summary>
/// Leg 2: reads the journal from where the state ends, and lets the engine judge. On one thread of its own: judging is work for a processor, not waiting, and would keep the thread pool's threads
/// from those who answer requests; and where it does wait, for a spilled record or for its own entries to be written, nobody else has to.
/// </summary>
/// <remarks>
/// If it cannot go on, it ends (<see cref="Completion"/> fails), and the process must end too, loudly. That is decided so although forwarding could go on: a watchdog that has silently stopped watching is
/// the one thing its user cannot see. The state is whole in the last checkpoint and the journal, senders retry, and a supervisor starts Baton again.
/// </remarks>
internal sealed class WatchLeg : IDisposable
{
    /// <summary>The name under which it holds the journal back. To be among the names of <see cref="Journal.Journal.KeepCursors"/>.</summary>
    public const string Cursor = "watch";

    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(1);

    private readonly Journal.Journal _journal;
    private readonly WatchLoop _loop;
    private readonly TimeSpan _tickInterval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private volatile bool _isOpen;

    /// <param name="settings">How it saves its state.</param>
    /// <param name="journal">What it reads, and writes its own entries to; opened with the state's <see cref="StateDirectory.ReplayFrom"/>.</param>
    /// <param name="state">Where its state is.</param>
    /// <param name="engine">What judges, over the stores of <paramref name="state"/>.</param>
    /// <param name="time">Wakes it.</param>
    /// <param name="logger">Is told of starts, stops and faults.</param>
    public WatchLeg(WatchSettings settings, Journal.Journal journal, StateDirectory state, Engine engine, TimeProvider time, ILogger logger)
    {
        _journal = journal;
        _tickInterval = settings.TickInterval;
        _time = time;
        _logger = logger;
        _loop = new WatchLoop(settings, journal, state, engine, Wake, logger);
        // From the very first entry on, nothing may go that a recovery would need.
        journal.Retain(Cursor, state.RetainFrom ?? journal.Head);
    }

    /// <summary>Ends when the past has been replayed and deadlines are watched: ready.</summary>
    public Task Live => _live.Task;

    /// <summary>Ends when the leg has stopped; fails when it cannot go on. See the remarks.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Seconds by which it is behind: the age of the entry being judged; 0 when none waits. Any thread.</summary>
    public double LagSeconds => _loop.JudgingUnixNanos is var arrival and > 0 ? Math.Max(0, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - arrival / 1e9) : 0;

    /// <summary>The time at which it last looked at the clock, Unix nanoseconds; 0 before it is live. Far behind the clock, it hangs, as it does when memory is full and the state's disk too. Any thread.</summary>
    public long LookedUnixNanos => _loop.LookedUnixNanos;

    /// <summary>The time up to which everything that is due has been told, and written, Unix nanoseconds. Any thread.</summary>
    public long ToldUnixNanos => _loop.ToldUnixNanos;

    /// <summary>When the entry arrived that is being judged, Unix nanoseconds; 0 when none waits. Any thread.</summary>
    public long JudgingUnixNanos => _loop.JudgingUnixNanos;

    /// <summary>True while it is so far behind that nothing is told. The leg's thread.</summary>
    public bool IsBehind => _loop.IsBehind;

    /// <summary>Called on the leg's own thread, between epochs, about once a second: the engine may be asked. To be set before <see cref="Start"/>.</summary>
    public Action<Engine> Observed
    {
        get => _loop.Observed;
        set => _loop.Observed = value;
    }

    /// <summary>
    /// Has other relays judge what comes from now on; handoffs that are open keep theirs. The caller makes sure that nothing is appended
    /// meanwhile whose events were made by a scan plan (<see cref="Receive.ScanPlanGate"/>).
    /// </summary>
    /// <param name="rules">The relays, and what else is decided by.</param>
    /// <param name="blindAfter"><c>continuity.blind_after</c>.</param>
    /// <param name="create">Makes an engine of these rules over the same stores. Called on the leg's thread.</param>
    /// <returns>False if it could not be written, and nothing has changed.</returns>
    public async Task<bool> ReconfigureAsync(ContinuityOptions rules, TimeSpan blindAfter, Func<Engine> create)
    {
        _loop.InForce.Announce(create);
        using var writer = new EventWriter();
        Engine.WriteRelays(rules, writer);
        var written = await _journal.AppendAsync(EntryKind.Own, PayloadEncoding.Identity, writer.Written.ToArray(), ReadOnlyMemory<byte>.Empty, 0);
        if (written.Status == AppendStatus.Stored)
        {
            _loop.BlindAfter = blindAfter;
            return true;
        }
        _loop.InForce.Withdraw();
        return false;
    }

    /// <summary>Why Baton does not take data: null once the past is replayed and the receivers are open.</summary>
    public string? WhyNotReady =>
        Completion.IsFaulted ? "the watch leg has failed" : _stopping ? "Baton is stopping" : !Live.IsCompleted ? "the journal is being replayed" : _isOpen ? null : "the receivers are not open yet";

    /// <summary>The receivers are open.</summary>
    public void Open() => _isOpen = true;

    /// <summary>Begins, with the replay.</summary>
    public void Start() => new Thread(Run) { Name = "watch", IsBackground = true }.Start();

    /// <summary>Judges what is in the journal, takes a last checkpoint, and ends. To be called when nothing is appended any more, and before the journal is closed.</summary>
    /// <param name="abort">Ends it at once; what is not saved is replayed at the next start.</param>
    public async Task StopAsync(CancellationToken abort)
    {
        await using var registration = abort.Register(_abort.Cancel).ConfigureAwait(false);
        _stopping = true;
        Wake();
        await Completion.WaitAsync(abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Aborted, it ends with its present epoch, unless something holds it up.
        await Completion.WaitAsync(AbortLimit, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Completion.IsCompleted)
        {
            // A stop was aborted while the thread was held up: it ends with the process, and what it uses must stay.
            _loop.Abandon();
            return;
        }
        _loop.Dispose();
        _wake.Dispose();
        _abort.Dispose();
    }

    private void Run()
    {
        try
        {
            using var timer = _time.CreateTimer(_ => Wake(), null, _tickInterval, _tickInterval);
            if (_loop.TryReplay(() => _stopping))
            {
                _live.TrySetResult();
                Watch();
            }
            _loop.Finish(_abort.Token);
            _live.TrySetCanceled();
            _completion.SetResult();
        }
        catch (Exception e)
        {
            _logger.LogCritical(e, "The watch leg cannot go on, and Baton must stop: handoffs would go unwatched without anybody noticing. After a restart it continues from the last checkpoint; nothing that was accepted is lost. {Fault}", e.Message);
            _completion.SetException(e);
            _live.TrySetException(e);
        }
    }

    private void Watch()
    {
        while (!_abort.IsCancellationRequested)
        {
            if (_loop.TryWork()) continue;
            if (_stopping && _loop.IsAtTail) return;
            _wake.WaitOne();
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // A timer's or a reader's last call.
        }
    }
}
