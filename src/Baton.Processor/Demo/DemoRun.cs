using Baton.Processor.Commands;
using Grpc.Core;

namespace Baton.Processor.Demo;

/// <summary>The demo from start to end: owns the directory, the backend and the instance, and leaves none of them behind.</summary>
internal sealed class DemoRun(RunPipeline pipeline, Screen screen, TimeProvider time)
{
    /// <summary>Plays every scenario and tells what came of it.</summary>
    /// <returns>Whether every conclusion was the expected one, and nothing was lost.</returns>
    /// <exception cref="StartupException">The instance does not start, or ends by itself.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        var directory = CreateDirectory();
        try
        {
            return await RunAsync(directory.FullName, stop);
        }
        finally
        {
            screen.ClearProgress();
            directory.Delete(recursive: true);
        }
    }

    private static DirectoryInfo CreateDirectory()
    {
        try
        {
            return Directory.CreateTempSubdirectory("baton-demo-");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"the demo cannot make a directory in {Path.GetTempPath()}: {e.Message} Set TMPDIR to a directory that can be written to.", e);
        }
    }

    private async Task<bool> RunAsync(string directory, CancellationToken stop)
    {
        var report = new Report(screen);
        await using var backend = await DemoBackend.StartAsync(time, stop);
        var options = DemoConfiguration.Load(directory, backend.Port);
        var scenarios = Scenarios.For(options.Continuity);
        report.Opening(options.Continuity, scenarios.Count);
        screen.Progress("  Baton starts");
        using var loggers = RunCommand.CreateLoggers(options.Service.Telemetry.Logs);
        await using var instance = await DemoInstance.StartAsync(pipeline, options, loggers, time, stop);
        try
        {
            return await PlayAsync(scenarios, new JobPlay(instance, backend, report, time), report, stop);
        }
        catch (Exception e) when (e is RpcException or HttpRequestException)
        {
            // Nobody answers any more. If the instance has ended, its own reason is the one to tell.
            await instance.ThrowIfEndedAsync();
            throw;
        }
    }

    private static async Task<bool> PlayAsync(IReadOnlyList<Scenario> scenarios, JobPlay play, Report report, CancellationToken stop)
    {
        var conclusions = new List<Conclusion>();
        foreach (var (i, scenario) in scenarios.Index())
        {
            report.Begin(scenario, i + 1, scenarios.Count);
            var conclusion = await play.RunAsync(scenario, i + 1, stop);
            report.Conclude(conclusion);
            conclusions.Add(conclusion);
        }
        var missing = await play.CountMissingAsync(stop);
        Conclusion[] final = [.. conclusions.Select(play.Again)];
        report.Summary(final, missing, play.Sent);
        return missing == 0 && final.All(conclusion => conclusion.IsExpected);
    }
}
