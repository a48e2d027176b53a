using System.Globalization;
using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Watch;
using Baton.Testing.Disk;
using Baton.Testing.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Simulation;

/// <summary>
/// One process: the product's journal, state directory, engine and watch loop on a simulated disk, driven by one thread, so that a seed says everything. Only the threads are left out.
/// </summary>
internal sealed class Life : IDisposable
{
    private const long Second = 1_000_000_000;

    private readonly SimulatedDisk _disk;
    private readonly Model _model;
    private readonly Gate _gate = new();
    // Not disposed: a reader's last call may come after the end.
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SpanScanner _scanner = new(ScanPlan.Create(Options));
    private readonly Random _random;
    private readonly StateDirectory _state;
    private readonly WatchLoop _loop;
    private readonly Exporter _exporter;
    private int _heldBack;

    /// <summary>Starts a process: recovers, and replays.</summary>
    /// <exception cref="Processor.StartupException">The disk died meanwhile.</exception>
    public Life(Model model, IDisk product, FakeTimeProvider time, Backend backend, Random random, SimulatedDisk disk, ILogger logger)
    {
        _model = model;
        _disk = disk;
        _random = random;
        Time = time;
        var options = new StateDirectoryOptions { Directory = "/state", Shards = model.Shards, MemoryBytes = model.Shards * StateDirectoryOptions.LeastShardMemoryBytes };
        _state = model.Faster ? StateDirectory.Open(options, product, time, logger) : new StateOpening(options, product, logger, OpenInMemory).Run();
        Journal = Journal.Open(
            new JournalOptions { Directory = "/journal", Durability = model.Durability, SegmentSizeBytes = 3_000, ContinueFrom = _state.ReplayFrom ?? 0 }, time, product, logger);
        _exporter = new Exporter(Journal, backend, disk, random, model.Flaw == Flaw.CursorAdvancedEarly);
        Journal.KeepCursors([Exporter.Name, WatchLeg.Cursor]);
        Journal.Retain(WatchLeg.Cursor, _state.RetainFrom ?? Journal.Head);
        Engine = new Engine(Options, _state.Stores, new RecordingObserver());
        var settings = new WatchSettings { CheckpointInterval = TimeSpan.FromSeconds(3) };
        _loop = new WatchLoop(settings, Journal, _state, Engine, () => _wake.Release(), logger, model.Flaw == Flaw.VerdictRepeated ? AppendWithoutFacts : null);
        logger.LogInformation("A process starts: state from {From} ({Origin}), journal {Head} to {Tail}, {Loss}.", _state.ReplayFrom, _state.Origin, Journal.Head, Journal.Tail, Journal.Loss);
        _loop.TryReplay(() => _disk.IsDead);
        if (!_disk.IsDead && _state.Origin is StateOrigin.Lost or StateOrigin.Previous) throw new BrokenPromiseException($"The state was not recovered from the last checkpoint: {_state.Origin}.");
    }

    /// <summary>What every run decides by.</summary>
    public static ContinuityOptions Options { get; } = new()
    {
        ExportLagNanos = 2 * Second,
        SettleNanos = 8 * Second,
        RememberNanos = 20 * Second,
        LateWindowNanos = 60 * Second,
        Relays =
        [
            new RelayDefinition
            {
                Name = "render_job",
                Produce = Condition.Parse("span.name == \"produce.render_job\"").Condition,
                Acknowledge = Condition.Parse("span.name == \"worker.ack_wake\"").Condition,
                Complete = Condition.Parse("span.name == \"worker.complete\"").Condition,
                Deadlines = new RelayDeadlines { ScheduleToStartNanos = 20 * Second, ScheduleToCloseNanos = 40 * Second },
            },
        ],
    };

    public Journal Journal { get; }

    public Engine Engine { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>True when nothing is left to judge, to save or to deliver.</summary>
    public bool IsIdle => _loop.IsAtTail && _exporter.IsIdle(Journal.Tail);

    /// <summary>True when Baton remembers nothing.</summary>
    public bool HasForgotten => Engine.Traces == 0;

    /// <summary>Requests arrive together: the first is written at once, the others as one group meanwhile.</summary>
    /// <returns>Those that were acknowledged.</returns>
    public List<Request> Receive(IReadOnlyList<Request> requests)
    {
        if (_model.Flaw == Flaw.AckBeforeWrite)
        {
            _late.AddRange(requests);
            return [.. requests];
        }
        var meanwhile = new List<(Request Request, Task<AppendResult> Task)>();
        var inject = _disk.Inject;
        var rest = requests.Skip(1).ToList();
        _disk.Inject = call =>
        {
            // The journal's own write: who writes the state or a cursor beside it, on another thread, would write the journal in the middle of this.
            if (rest.Count > 0 && call.Operation == DiskOperation.Write && call.Path.EndsWith(".segment", StringComparison.Ordinal))
            {
                meanwhile.AddRange(rest.Select(request => (request, Append(request))));
                rest.Clear();
            }
            return inject?.Invoke(call);
        };
        var first = Append(requests[0]);
        first.Wait();
        // Whoever wrote the first has queued the others before.
        foreach (var (_, task) in meanwhile) task.Wait();
        _disk.Inject = inject;
        List<(Request Request, Task<AppendResult> Task)> appends = [(requests[0], first), .. meanwhile, .. rest.Select(request => (request, Append(request)))];
        return [.. appends.Where(append => append.Task.GetAwaiter().GetResult().Status == AppendStatus.Stored).Select(append => append.Request)];
    }

    // What was acknowledged and is still to be written: a planted bug.
    private readonly List<Request> _late = [];

    /// <summary>Judges and forwards what is there, at the present time.</summary>
    /// <exception cref="IOException">The disk died.</exception>
    public void Step()
    {
        foreach (var request in _late) Append(request).Wait();
        _late.Clear();
        Judge();
        if (!_disk.IsDead) _exporter.Step();
        if (!_disk.IsDead) Save();
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _loop.Dispose();
        Journal.DisposeAsync().AsTask().Wait();
        _state.Dispose();
    }

    private MemoryShard OpenInMemory(int shard, StoreSizing sizing, ulong seed, ShardCut? cut) =>
        new MemoryShard(_disk, string.Create(CultureInfo.InvariantCulture, $"/state/shard-{shard}."), _gate, seed, cut);

    private void Judge()
    {
        while (!_disk.IsDead)
        {
            if (_loop.TryWork()) continue;
            if (_loop.IsAtTail) return;
            Wait();
        }
    }

    private void Wait()
    {
        // A checkpoint on another thread may have met the crash meanwhile.
        for (var patience = 600; !_wake.Wait(TimeSpan.FromMilliseconds(100)) && !_disk.IsDead; patience--)
        {
            if (patience == 0) throw new BrokenPromiseException("The watch loop was not woken although there is something to read.");
        }
    }

    /// <summary>A checkpoint that has begun goes on after a few steps, so that much may happen beside it.</summary>
    private void Save()
    {
        if (!_state.IsCheckpointing) return;
        if (_model.Faster)
        {
            // Not for long: a write that failed is repeated when virtual time has passed.
            if (_random.Next(2) == 0) SpinWait.SpinUntil(() => !_state.IsCheckpointing || _disk.IsDead, TimeSpan.FromMilliseconds(100));
            return;
        }
        SpinWait.SpinUntil(() => _gate.HasWaiting || !_state.IsCheckpointing);
        if (_heldBack-- > 0) return;
        _heldBack = _random.Next(4);
        _gate.Open();
        SpinWait.SpinUntil(() => !_state.IsCheckpointing);
        _gate.Close();
    }

    private Task<AppendResult> Append(Request request)
    {
        using var events = new EventWriter();
        if (!_scanner.Scan(request.Body, events).IsOk) throw new InvalidOperationException("A request of the scenario does not decode.");
        return Journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, events.Written.ToArray(), request.Body, request.Spans.Count).AsTask();
    }

    private ValueTask<AppendResult> AppendWithoutFacts(EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spanCount) =>
        Journal.AppendAsync(kind, encoding, payload.IsEmpty ? events : default, payload, spanCount);
}
