using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Telemetry;
using Baton.Processor.Watch;
using Baton.Testing.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Simulation.Standing;

/// <summary>
/// The product's journal and state on a real disk, its engine and watch loop, on virtual time; its exporter is always at the journal's end. It is never closed: as if it were killed.
/// </summary>
internal sealed class StandingProcess
{
    public const int JobsPerRequest = 2_000;

    private readonly StandingOptions _options;
    private readonly SpanScanner _scanner;
    private readonly JournalCursor _exporter;
    private readonly PatchedRequest _publish;
    private readonly PatchedRequest _sign;

    /// <summary>Opens what the directory holds; nothing is replayed yet.</summary>
    public StandingProcess(StandingOptions options, DateTimeOffset now, ILogger? logger = null)
    {
        _options = options;
        logger ??= NullLogger.Instance;
        Time = new FakeTimeProvider(now);
        var disk = new FileSystemDisk();
        State = StateDirectory.Open(
            new StateDirectoryOptions { Directory = Path.Combine(options.Directory, "state"), MemoryBytes = options.MemoryBytes, Shards = options.Shards }, disk, TimeProvider.System, logger);
        Journal = Journal.Open(new JournalOptions { Directory = Path.Combine(options.Directory, "journal"), ContinueFrom = State.ReplayFrom ?? 0 }, Time, disk, logger);
        Journal.Retain(WatchLeg.Cursor, State.RetainFrom ?? Journal.Head);
        _exporter = Journal.OpenCursor("backend");
        Threads = new ShardThreads(State.Stores.Count);
        Engine = new Engine(options.Rules, State.Stores, new ContinuityMetrics(new Instruments()), Threads.Run);
        Loop = new WatchLoop(new WatchSettings(), Journal, State, Engine, static () => { }, logger);
        _scanner = new SpanScanner(ScanPlan.Create(options.Rules));
        _publish = new PatchedRequest([.. Enumerable.Range(0, JobsPerRequest).Select(Job)]);
        _sign = new PatchedRequest([SpanSpec.Internal("work", 0, 0).As("w").In("w")]);
    }

    public FakeTimeProvider Time { get; }

    public StateDirectory State { get; }

    public Journal Journal { get; }

    public ShardThreads Threads { get; }

    public Engine Engine { get; }

    public WatchLoop Loop { get; }

    /// <summary>Handoffs that are open and not missed.</summary>
    public long Waiting => Engine.Relays().Sum(relay => relay.Waiting);

    /// <summary>Handoffs whose deadline span stands in the journal, and was read back.</summary>
    public long Missed => Engine.Relays().Sum(relay => relay.Missed);

    private long NowNanos => Time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

    /// <summary>Jobs are published.</summary>
    /// <param name="number">Of the request: its jobs are not those of another.</param>
    /// <param name="at">When they were, Unix nanoseconds; null for now.</param>
    public void Publish(long number, long? at = null)
    {
        _publish.Patch(number, at ?? NowNanos, 1);
        Append(_publish, JobsPerRequest);
    }

    /// <summary>Somebody works: so that silence is not taken for a loss of sight.</summary>
    public void ShowLife()
    {
        _sign.Patch(-1, NowNanos, 1);
        Append(_sign, 1);
    }

    /// <summary>Judges what is there. Tells how long each step took, and whether a checkpoint began in it.</summary>
    public void Judge(Action<TimeSpan, bool>? stepped = null)
    {
        do
        {
            var began = TimeProvider.System.GetTimestamp();
            var wasSaving = State.IsCheckpointing;
            Loop.TryWork();
            stepped?.Invoke(TimeProvider.System.GetElapsedTime(began), !wasSaving && State.IsCheckpointing);
        }
        while (!Loop.IsAtTail);
        _exporter.Save(Journal.Tail);
    }

    private SpanSpec Job(int number)
    {
        var span = SpanSpec.Producer("produce.render_job", 0, 0).As("p").Under("r").In($"t{number}").With("messaging.system", "rabbitmq").With("messaging.destination.name", "render");
        return _options.JobIds ? span.With("messaging.message.id", PatchedRequest.MessageId) : span;
    }

    private void Append(PatchedRequest request, int spans)
    {
        using var events = new EventWriter();
        if (!_scanner.Scan(request.Bytes, events).IsOk) throw new InvalidOperationException("The request does not decode.");
        var stored = Journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, events.Written.ToArray(), request.Bytes, spans).AsTask().GetAwaiter().GetResult();
        if (stored.Status != AppendStatus.Stored) throw new InvalidOperationException($"The journal answered {stored.Status}.");
    }
}
