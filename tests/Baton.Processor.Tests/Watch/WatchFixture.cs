using System.Runtime.CompilerServices;
using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Tests.Journal;
using Baton.Processor.Tests.State;
using Baton.Processor.Watch;
using Baton.Testing.Disk;
using Baton.Testing.Engine;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Tests.Watch;

/// <summary>What outlives a process: a disk and a clock. Each <see cref="Start"/> is a new process on them.</summary>
internal sealed class WatchFixture
{
    public const long Second = 1_000_000_000;

    public SimulatedDisk Disk { get; set; } = new();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Story.Epoch / 1_000_000));

    public WatchSettings Settings { get; init; } = new();

    public int Shards { get; init; } = 1;

    public RecordingLogger Logger { get; } = new();

    public ContinuityOptions Options { get; set; } = new()
    {
        Relays =
        [
            new RelayDefinition
            {
                Name = "render_job",
                Produce = Condition.Parse("span.name == \"produce.render_job\"").Condition,
                Acknowledge = Condition.Parse("span.name == \"worker.ack_wake\"").Condition,
                Complete = Condition.Parse("span.name == \"worker.complete\"").Condition,
                Deadlines = new RelayDeadlines { ScheduleToStartNanos = 30 * Second, ScheduleToCloseNanos = 810 * Second },
            },
        ],
    };

    public long Now => (Time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    public static SpanSpec Publish(string trace, double at) => SpanSpec.Producer("produce.render_job", at, at + 0.18).As("p" + trace).In(trace);

    public static SpanSpec Acknowledge(string trace, double at) => SpanSpec.Consumer("worker.ack_wake", at, at + 0.07).As("a" + trace).Under("p" + trace).In(trace);

    public static SpanSpec Complete(string trace, double at) => SpanSpec.Internal("worker.complete", at, at).As("c" + trace).Under("p" + trace).In(trace);

    public WatchProcess Start(IContinuityObserver? observer = null) => new(this, observer ?? new RecordingObserver());

    public async Task<WatchProcess> StartLive(IContinuityObserver? observer = null)
    {
        var process = Start(observer);
        await process.Leg.Live;
        return process;
    }

    /// <summary>Waits until something is so. Fails where it would wait for ever.</summary>
    public static async Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        for (var begun = TimeProvider.System.GetTimestamp(); !condition(); await Task.Delay(1, TestContext.Current.CancellationToken))
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(5), $"After five minutes it is not so: {what}");
    }
}

/// <summary>Journal, state, engine and watch leg of one process.</summary>
internal sealed class WatchProcess : IAsyncDisposable
{
    private readonly WatchFixture _fixture;
    private readonly IContinuityObserver _observer;
    private SpanScanner _scanner;
    private readonly ShardThreads _threads;

    public WatchProcess(WatchFixture fixture, IContinuityObserver observer)
    {
        _fixture = fixture;
        _observer = observer;
        _scanner = new SpanScanner(ScanPlan.Create(fixture.Options));
        State = new StateFixture("/state") { Disk = fixture.Disk, Shards = fixture.Shards, MemoryBytes = fixture.Shards * (9L << 20), Logger = fixture.Logger }.Open();
        Journal = Processor.Journal.Journal.Open(
            new JournalOptions { Directory = "/journal", ContinueFrom = State.ReplayFrom ?? 0 }, fixture.Time, fixture.Disk, fixture.Logger);
        _threads = new ShardThreads(State.Stores.Count);
        Engine = new Continuity.Judge.Engine(fixture.Options, State.Stores, observer, _threads.Run);
        Leg = new WatchLeg(fixture.Settings, Journal, State, Engine, fixture.Time, fixture.Logger);
        Leg.Start();
    }

    public StateDirectory State { get; }

    public Processor.Journal.Journal Journal { get; }

    public Continuity.Judge.Engine Engine { get; }

    public WatchLeg Leg { get; }

    /// <summary>What Baton itself has put into the journal.</summary>
    public List<Read> Own => [.. Journal.ReadAll(Journal.Head).Where(entry => entry.Kind == EntryKind.Own)];

    /// <summary>The spans that Baton has put into the journal, in order.</summary>
    public List<Span> Synthesized =>
        [.. Own.Where(entry => entry.Payload.Length > 0).SelectMany(entry => ExportTraceServiceRequest.Parser.ParseFrom(entry.Payload).ResourceSpans).SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans)];

    /// <summary>How often a start was written.</summary>
    public int Starts => Own.Count(entry => entry.Events.Length > 4 && (EventKind)entry.Events[4] == EventKind.Start);

    /// <summary>Relay and error type of each span that Baton has put into the journal.</summary>
    public List<(string Relay, string Error)> Told => [.. Synthesized.Select(span => (TextOf(span, "baton.relay"), TextOf(span, "error.type")))];

    /// <summary>The deadlines of the spans that Baton has put into the journal.</summary>
    public List<double> DeadlineSeconds => [.. Synthesized.Select(span => span.Attributes.First(attribute => attribute.Key == "baton.deadline.seconds").Value.DoubleValue)];

    /// <summary>Other relays judge from now on.</summary>
    public async Task Reconfigure(ContinuityOptions options)
    {
        Assert.True(await Leg.ReconfigureAsync(options, TimeSpan.FromSeconds(30), () => new Continuity.Judge.Engine(options, State.Stores, _observer, _threads.Run)));
        _scanner = new SpanScanner(ScanPlan.Create(options));
    }

    /// <summary>A request arrives now.</summary>
    public async Task Send(params SpanSpec[] spans)
    {
        var request = Story.Request(spans).ToByteArray();
        using var events = new EventWriter();
        Assert.True(_scanner.Scan(request, events).IsOk);
        var result = await Journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, events.Written.ToArray(), request, spans.Length);
        Assert.Equal(AppendStatus.Stored, result.Status);
    }

    /// <summary>Something arrives now that has no handoffs in it.</summary>
    public async Task Append(EntryKind kind) =>
        Assert.Equal(AppendStatus.Stored, (await Journal.AppendAsync(kind, PayloadEncoding.Identity, ReadOnlyMemory<byte>.Empty, new byte[] { 10, 0 }, 0)).Status);

    /// <summary>Time passes, in steps that the leg keeps up with.</summary>
    /// <param name="seconds">How much of it.</param>
    /// <param name="step">In steps of how many seconds.</param>
    /// <param name="telling">False when the leg may not tell anything.</param>
    public async Task Run(double seconds, double step = 1, bool telling = true)
    {
        for (var passed = 0.0; passed < seconds; passed += step)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(Math.Min(step, seconds - passed)));
            await Settle(telling);
        }
    }

    /// <summary>Waits until the leg has judged everything that is there, at the present time.</summary>
    public Task Settle(bool telling = true) => WatchFixture.Until(() => Leg.Completion.IsCompleted || (telling ? Leg.ToldUnixNanos : Leg.LookedUnixNanos) >= _fixture.Now && Leg.JudgingUnixNanos == 0);

    /// <summary>The process is killed: what it has not written is gone, and it writes nothing more.</summary>
    public void Kill(bool powerLoss = false)
    {
        var old = _fixture.Disk;
        _fixture.Disk = powerLoss ? old.AfterPowerLoss(new Random(1)) : old.AfterProcessCrash();
    }

    public async Task Stop()
    {
        await Leg.StopAsync(CancellationToken.None);
        await Leg.Completion;
        await DisposeAsync();
    }

    private static string TextOf(Span span, string key) => span.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value.StringValue ?? "";

    public async ValueTask DisposeAsync()
    {
        using var abort = new CancellationTokenSource();
        await abort.CancelAsync();
        await Leg.StopAsync(abort.Token);
        await WatchFixture.Until(() => Leg.Completion.IsCompleted);
        Leg.Dispose();
        await Journal.DisposeAsync();
        State.Dispose();
        _threads.Dispose();
    }
}
