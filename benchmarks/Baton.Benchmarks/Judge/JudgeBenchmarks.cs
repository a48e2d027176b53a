using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using BenchmarkDotNet.Attributes;

namespace Baton.Benchmarks.Judge;

/// <summary>
/// The engine alone, on one shard with its state in memory: what one event of a job costs, from its publication until it is forgotten five
/// minutes after its completion. Time runs by ten seconds for each 256 jobs, so that a standing number of them is remembered.
/// </summary>
[MemoryDiagnoser]
public class JudgeBenchmarks
{
    /// <summary>Of one call of a benchmark.</summary>
    internal const int Events = 3 * Jobs;

    private const int Jobs = 256;
    private const long Second = 1_000_000_000;

    private Engine _engine = null!;
    private JobSpans _producers = null!;
    private JobSpans _pickUps = null!;
    private JobSpans _completions = null!;
    private long _now;
    private long _position;
    private ulong _run;

    /// <summary>Makes the engine of a benchmark.</summary>
    [GlobalSetup(Target = nameof(Handoff))]
    public void SetUp() => SetUp(jobId: false, dropped: false);

    /// <inheritdoc cref="SetUp()"/>
    [GlobalSetup(Target = nameof(HandoffWithJobId))]
    public void SetUpWithJobId() => SetUp(jobId: true, dropped: false);

    /// <inheritdoc cref="SetUp()"/>
    [GlobalSetup(Target = nameof(DroppedContext))]
    public void SetUpDroppedContext() => SetUp(jobId: true, dropped: true);

    /// <summary>A job that is published, picked up and completed, in three epochs: joined by parent, judged, forgotten.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public void Handoff()
    {
        _run++;
        Arrive(_producers);
        Arrive(_pickUps);
        Arrive(_completions);
        Pass(10 * Second);
    }

    /// <summary>The same with a message id on each span: the job id has a state of its own, so that a dropped context could be repaired.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public void HandoffWithJobId() => Handoff();

    /// <summary>The same without context: the job id leads to the job once export_lag has passed, and two spans tell it.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public void DroppedContext()
    {
        _run++;
        Arrive(_producers);
        Arrive(_pickUps);
        Arrive(_completions);
        Pass(11 * Second);
        while (_engine.TryTakeOwn(out var own))
        {
            _engine.Apply(_position++, _now, own.Events.Span);
            _engine.EndEpoch();
        }
    }

    private void SetUp(bool jobId, bool dropped)
    {
        var options = new ContinuityOptions { Relays = [Relay()] };
        _now = 1_790_000_000 * Second;
        _engine = new Engine(options, [new MemoryStateStore()], new Silence());
        _engine.Recover([]);
        _producers = new JobSpans(options, Jobs, 1, jobId: jobId);
        _pickUps = new JobSpans(options, Jobs, 2, ownTrace: dropped, jobId: jobId);
        _completions = new JobSpans(options, Jobs, 3, ownTrace: dropped, jobId: jobId);
        // A standing number of jobs is remembered before anything is measured.
        for (var i = 0; i < 40; i++)
        {
            if (dropped) DroppedContext();
            else Handoff();
        }
    }

    private void Arrive(JobSpans spans)
    {
        _now += 60_000_000;
        _engine.Apply(_position++, _now, spans.At(_run, _now - 10_000_000));
        _engine.EndEpoch();
    }

    private void Pass(long nanos)
    {
        for (var until = _now + nanos; _now < until;)
        {
            _now += Second / 2;
            _engine.Tick(_now);
        }
    }

    private static RelayDefinition Relay() => new()
    {
        Name = "render_job",
        Acknowledge = Condition.Parse("span.name == \"worker.ack_wake\"").Condition,
        Complete = Condition.Parse("span.name == \"worker.complete\"").Condition,
        JobIds = [JobIdKey.Of("messaging.message.id")],
        Deadlines = new() { ScheduleToCloseNanos = 810 * Second, ScheduleToStartNanos = 30 * Second, StartToCloseNanos = 600 * Second },
    };

    /// <summary>Nobody listens: what telling costs is the instruments' affair.</summary>
    private sealed class Silence : IContinuityObserver
    {
        public void Opened(in HandoffView handoff)
        {
        }

        public void Withdrawn(in HandoffView handoff)
        {
        }

        public void Joined(in HandoffView handoff, Match match)
        {
        }

        public void Acknowledged(in HandoffView handoff, double wakeUpSeconds)
        {
        }

        public void Redelivered(in HandoffView handoff)
        {
        }

        public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds)
        {
        }

        public void Received(in HandoffView handoff)
        {
        }

        public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline) =>
            throw new InvalidOperationException("No job of the benchmark is late.");

        public void Retracted(in HandoffView handoff)
        {
        }

        public void Orphaned(in HandoffView orphan, bool attributed)
        {
            if (!attributed) throw new InvalidOperationException("Every job id of the benchmark leads somewhere.");
        }

        public void ProducerMissing(in HandoffView consumer) => throw new InvalidOperationException("Every span of the benchmark has its job.");

        public void Ambiguous(string relay)
        {
        }

        public void ClockSkewed(string relay)
        {
        }

        public void Evicted(in HandoffView handoff) => throw new InvalidOperationException("No state of the benchmark is full.");

        public void StatementIgnored(string relay, StatedTerm term)
        {
        }

        public void CandidateDropped(string relay) => throw new InvalidOperationException("No two jobs of the benchmark have the same id.");

        public void Unknown(in HandoffView handoff)
        {
        }
    }
}
