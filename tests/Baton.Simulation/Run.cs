using Baton.Processor;
using Baton.Processor.Journal;
using Baton.Testing.Disk;
using Baton.Testing.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Simulation;

/// <summary>A scenario from its beginning to its end, through as many processes as it takes. What is here outlives each of them: the clock, the disk, the senders, the backend.</summary>
internal sealed class Run(Model model, int seed)
{
    private readonly Scenario _scenario = new(seed);
    private readonly Random _random = new(seed);
    private readonly Queue<Request> _waiting = new();
    private readonly HashSet<string> _late = [];
    private SimulatedDisk _disk = new() { IgnoreSyncs = model.Flaw == Flaw.SkippedSync };
    private double _now;
    private int _sent;
    private bool _hasTrouble;
    private int _changes;
    private int _crashAt = int.MaxValue;

    public Backend Backend { get; } = new();

    /// <summary>Calls that changed the disk, over all processes: each is a boundary at which one can crash.</summary>
    public int Changes { get; private set; }

    /// <summary>Processes that died.</summary>
    public int Crashes { get; private set; }

    /// <summary>Told of what the product logs.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Runs, with a crash at each of these boundaries, counted from the start of the process.</summary>
    /// <exception cref="BrokenPromiseException">Something is lost or invented.</exception>
    public Run To(IReadOnlyList<int> crashes)
    {
        foreach (var crash in crashes.Append(int.MaxValue))
        {
            _hasTrouble = model.Trouble && crash < int.MaxValue;
            if (Live(crash)) break;
            Crashes++;
            _disk = model.Death == Death.Power ? _disk.AfterPowerLoss(_random) : _disk.AfterProcessCrash();
            _now += _random.Next(2) * _random.NextDouble() * 4;
        }
        var lost = _scenario.Requests.SelectMany(request => request.Spans).Where(span => !Backend.Received.Contains(span)).ToList();
        if (lost.Count > 0) throw new BrokenPromiseException($"{lost.Count} spans that were acknowledged have not arrived: {string.Join(", ", lost.Take(5))}.");
        return this;
    }

    /// <summary>One process. True if it saw the end.</summary>
    private bool Live(int crashAt)
    {
        (_changes, _crashAt) = (0, crashAt);
        _disk.Inject = Inject;
        Life? life = null;
        try
        {
            var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Story.Epoch / 1_000_000 + (long)(_now * 1000)));
            life = new Life(model, Disk(), time, Backend, _random, _disk, Logger);
            while (!_disk.IsDead && !IsOver(life))
            {
                Deliver(life);
                life.Step();
                if (_disk.IsDead) break;
                life.Time.Advance(TimeSpan.FromSeconds(0.5));
                _now += 0.5;
            }
        }
        catch (Exception e) when ((_disk.IsDead || model.Trouble) && e is IOException or StartupException)
        {
            // It died while it was at work on the disk, or ended itself because it could not go on.
            _disk.Crash();
        }
        finally
        {
            Changes += _changes;
            var dead = _disk.IsDead;
            if (dead || life is null) _disk.Crash();
            life?.Dispose();
        }
        return !_disk.IsDead;
    }

    private IDisk Disk() => model.Flaw == Flaw.MissingRename ? new NoRename(_disk) : _disk;

    private DiskFault? Inject(DiskCall call)
    {
        if (call.Operation is DiskOperation.Read or DiskOperation.Open or DiskOperation.List) return null;
        var number = Interlocked.Increment(ref _changes);
        if (_hasTrouble && number != _crashAt && _random.Next(100) == 0) return Trouble();
        return number == _crashAt ? DiskFault.CrashAfter(_random.Next(3) switch { 0 => 0, 1 => long.MaxValue, _ => _random.Next(400) }) : null;
    }

    private DiskFault Trouble() => _random.Next(3) switch
    {
        0 => DiskFault.InputOutputError,
        1 => DiskFault.NoSpace,
        _ => DiskFault.ShortWrite(_random.Next(300), _random.Next(2) == 0 ? 5 : 28),
    };

    private bool IsOver(Life life)
    {
        if (_sent < _scenario.Requests.Count || _waiting.Count > 0 || !life.IsIdle) return false;
        if (_now > 600) throw new BrokenPromiseException($"After ten minutes Baton still remembers {life.Engine.Traces} traces; all of its windows are over.");
        return life.HasForgotten && _now > Scenario.Seconds + 20;
    }

    /// <summary>What is due is sent, and what was not acknowledged is sent again.</summary>
    private void Deliver(Life life)
    {
        while (_sent < _scenario.Requests.Count && _scenario.Requests[_sent].Second <= _now) _waiting.Enqueue(_scenario.Requests[_sent++]);
        foreach (var (producer, job) in _scenario.AfterDeadlineOf)
        {
            if (Backend.Missed.Contains(producer) && _late.Add(job)) _waiting.Enqueue(Scenario.LateCompletion(job, _now));
        }
        while (_waiting.Count > 0 && !_disk.IsDead)
        {
            var together = _waiting.Take(_random.Next(1, 5)).ToList();
            var acknowledged = life.Receive(together);
            foreach (var request in together)
            {
                _waiting.Dequeue();
                if (!acknowledged.Contains(request)) _waiting.Enqueue(request);
            }
        }
    }
}
