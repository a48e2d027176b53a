using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Telemetry;
using Baton.Processor.Watch;
using Baton.Testing.Engine;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Simulation;

/// <summary>
/// Jobs that are published, picked up and completed at a steady rate for as long as one likes, on virtual time and a real disk: nothing may grow that is not bounded by what is remembered.
/// The product's journal, state on FASTER, engine and watch loop, with checkpoints; its exporter is always at the journal's end.
/// </summary>
public sealed class Churn
{
    private const int BatchesPerSecond = 20;
    private const long Second = 1_000_000_000;

    /// <summary>Jobs a second.</summary>
    public int PerSecond { get; init; } = 10_000;

    /// <summary>state.memory.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>How long a job takes, in seconds.</summary>
    public int JobSeconds { get; init; } = 2;

    /// <summary>continuity.remember, in seconds.</summary>
    public int RememberSeconds { get; init; } = 30;

    /// <summary>Seconds between two samples.</summary>
    public int SampleSeconds { get; init; } = 15;

    /// <summary>Runs in a directory, which is emptied; a sample from time to time.</summary>
    public IEnumerable<ChurnSample> Run(string directory, double seconds)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Story.Epoch / 1_000_000));
        var disk = new FileSystemDisk();
        using var state = StateDirectory.Open(
            new StateDirectoryOptions { Directory = Path.Combine(directory, "state"), MemoryBytes = MemoryBytes, Shards = 1 }, disk, TimeProvider.System, NullLogger.Instance);
        var journal = Journal.Open(new JournalOptions { Directory = Path.Combine(directory, "journal"), SegmentSizeBytes = 16 << 20 }, time, disk, NullLogger.Instance);
        journal.Retain(WatchLeg.Cursor, journal.Head);
        var exporter = journal.OpenCursor("backend");
        var rules = Life.Options with { RememberNanos = RememberSeconds * Second };
        var engine = new Engine(rules, state.Stores, new ContinuityMetrics(new Instruments()));
        using var wake = new ManualResetEventSlim();
        var loop = new WatchLoop(new WatchSettings { CheckpointInterval = TimeSpan.FromSeconds(10) }, journal, state, engine, wake.Set, NullLogger.Instance);
        loop.TryReplay(() => false);
        var batch = new ChurnBatch(PerSecond / BatchesPerSecond, rules);
        for (var step = 0L; step < seconds * BatchesPerSecond; step++)
        {
            batch.Publish(journal, step, BatchesPerSecond);
            if (step >= JobSeconds * BatchesPerSecond) batch.Complete(journal, step - JobSeconds * BatchesPerSecond, JobSeconds, BatchesPerSecond);
            while (loop.TryWork() || !loop.IsAtTail)
            {
            }
            exporter.Save(journal.Tail);
            time.Advance(TimeSpan.FromSeconds(1.0 / BatchesPerSecond));
            // Virtual time must not leave the disk behind: a checkpoint that lasts longer than its interval would be this loop's fault.
            if (step % (BatchesPerSecond * 10) == 0) SpinWait.SpinUntil(() => !state.IsCheckpointing);
            if (step > 0 && step % (BatchesPerSecond * SampleSeconds) == 0) yield return ChurnSample.Of(step / BatchesPerSecond, engine, state, journal);
        }
        loop.Dispose();
        journal.DisposeAsync().AsTask().Wait();
    }
}
