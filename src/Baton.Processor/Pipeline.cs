using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Baton.Processor.State;
using Baton.Processor.Watch;

namespace Baton.Processor;

/// <summary>
/// The service from start to stop: the data's way, on one page.
/// <code>
/// receive → scan → journal ─┬─► forward   (leg 1: a forwarder per exporter, each with a cursor of its own)
///                           └─► watch     (leg 2: the engine judges; its verdicts go back into the journal)
/// </code>
/// </summary>
internal static class Pipeline
{
    /// <summary>Runs until <paramref name="stop"/> is cancelled, then stops in order.</summary>
    /// <param name="options">A configuration without faults.</param>
    /// <param name="loggers">Baton's own logs.</param>
    /// <param name="time">The clock of the edge.</param>
    /// <param name="stop">Asks for a graceful stop.</param>
    /// <param name="source">Where the configuration comes from, to take up its changes; null: it does not change.</param>
    /// <exception cref="StartupException">A port or a directory cannot be had.</exception>
    public static async Task RunAsync(
        BatonOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken stop, ConfigurationSource? source = null)
    {
        var rules = ContinuityRules.From(options);
        var view = new PipelineView(options, time, loggers);

        // 1. What is on disk: the state first, since the journal must not continue before the position that it stands for.
        var disk = new FileSystemDisk();
        using var state = StateDirectory.Open(StateDirectoryOptions.Of(options.State), disk, time, loggers.CreateLogger("state"));
        await using var journal = OpenJournal(options, state.ReplayFrom, disk, time, loggers.CreateLogger("journal"));

        // 2. Leg 1: what waits is forwarded, whatever the other leg does.
        await using var forward = new ForwardLeg(options, journal, view.Metrics, Console.Out, time, loggers);
        journal.KeepCursors([.. forward.Cursors, WatchLeg.Cursor]);
        using var forwarding = new CancellationTokenSource();
        using var aborting = new CancellationTokenSource();
        var forwarded = forward.RunAsync(forwarding.Token, aborting.Token);

        // 3. Leg 2: what was published before a stop is watched again before anything new is taken.
        using var shards = new ShardThreads(state.Stores.Count);
        Engine EngineOf(ContinuityOptions continuity) => new(continuity, state.Stores, view.Observer, shards.Run);
        using var watch = new WatchLeg(WatchSettings.Of(options), journal, state, EngineOf(rules), time, loggers.CreateLogger("watch"));
        await using var admin = await view.StartAsync(journal, state, forward, watch);
        var pushing = view.Push.RunAsync(stop);
        watch.Start();
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
        await Task.WhenAny(stopped, watch.Completion, watch.Live);

        // 4. Last, the doors.
        var intake = new Intake(ScanPlan.Create(rules), journal.AppendAsync);
        await using var receiver = new OtlpReceiver(ReceiverSettings.From(options.Receivers.Otlp), intake, view.Metrics, loggers, time);
        if (watch.Live.IsCompletedSuccessfully && !stop.IsCancellationRequested)
        {
            await receiver.StartAsync(CancellationToken.None);
            watch.Open();
            loggers.CreateLogger("baton").LogInformation(
                "Baton takes OTLP/gRPC on port {Grpc} and OTLP/HTTP on port {Http}; metrics and the console on {Admin}.", receiver.GrpcPort, receiver.HttpPort, admin.Address);

            // 5. What changes in the configuration is taken up, until the stop.
            using var reload = source is null ? null
                : ConfigurationReload.Of(source, options, intake, watch, EngineOf, forward, view.Push, receiver, view.SetRelays, loggers.CreateLogger("configuration"));
            var reloading = reload?.RunAsync(time, stop) ?? stopped;

            // A leg that ends by itself has a fault in it. Silence of the watchdog is the worst outcome of all: the process ends, and says why.
            await Task.WhenAny(stopped, watch.Completion, forwarded, reloading, pushing);
            if (stop.IsCancellationRequested) await reloading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (reloading.IsFaulted) await reloading;
        }
        if (stop.IsCancellationRequested || pushing.IsFaulted) await pushing;
        await new GracefulStop(options.Service.StopTimeout, time, loggers.CreateLogger("baton")).RunAsync(receiver, watch, forward, journal, forwarding, aborting, forwarded);
        if (watch.Completion.IsFaulted) await watch.Completion;
    }

    private static Journal.Journal OpenJournal(BatonOptions options, long? continueFrom, IDisk disk, TimeProvider time, ILogger logger) =>
        Journal.Journal.Open(JournalOptions.Of(options.Journal) with { ContinueFrom = continueFrom ?? 0, AlsoGuarded = options.State.Directory }, time, disk, logger);
}
