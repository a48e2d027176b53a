using System.Diagnostics;
using Baton.Load.Compare;
using Baton.Load.Generate;

namespace Baton.Load.Soak;

/// <summary>One soak of the real baton, with a sink behind it.</summary>
internal sealed class SoakRun(SoakOptions options, HopUnderTest baton, string data)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The sink has stood still for so long: what has not arrived does not arrive.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(30);

    private readonly List<SoakSample> _samples = [];

    public async Task<SoakResult> RunAsync(CancellationToken stop)
    {
        string directory = Directory.CreateDirectory(Path.Combine(data, $"baton-soak-{Path.GetRandomFileName()}")).FullName;
        try
        {
            await using var sink = await SinkProcess.StartAsync(stop);
            var running = await baton.StartAsync(sink.Port, directory, cores: 0, stop);
            await using var process = running.Process;
            var stalled = new StalledSenders(running.Port, running.HttpPort);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var stalling = stalled.RunAsync(options.Stalled, ending.Token);
            var sampling = SampleAsync(process, sink, stalled, ending.Token);

            var load = await new LoadRun(options.Load(running.Port), static _ => { }).RunAsync(stop);
            await ending.CancelAsync();
            await Task.WhenAll(stalling, sampling);
            long missing = await MissingAsync(sink, load.Acknowledged, stop);
            return new SoakResult(options, load, missing, stalled.CutOff, _samples);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task SampleAsync(ChildProcess process, SinkProcess sink, StalledSenders stalled, CancellationToken ending)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(ending))
            {
                long arrived = (await sink.CountAsync(ending)).Spans;
                double second = Stopwatch.GetElapsedTime(start).TotalSeconds;
                _samples.Add(new SoakSample(second, process.Resident(), process.Cpu(), arrived, stalled.CutOff));
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over; what comes after it is not part of the series.
        }
    }

    private static async Task<long> MissingAsync(SinkProcess sink, long acknowledged, CancellationToken stop)
    {
        long last = -1;
        long moved = Stopwatch.GetTimestamp();
        while (true)
        {
            long arrived = (await sink.CountAsync(stop)).Spans;
            if (arrived >= acknowledged || (arrived == last && Stopwatch.GetElapsedTime(moved) > Still)) return acknowledged - arrived;
            if (arrived != last) moved = Stopwatch.GetTimestamp();
            last = arrived;
            await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
        }
    }
}
