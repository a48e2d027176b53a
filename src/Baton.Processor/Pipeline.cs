using Baton.Processor.Configuration.Options;
using Baton.Processor.Telemetry;

namespace Baton.Processor;

/// <summary>The service from start to stop.</summary>
internal static class Pipeline
{
    /// <summary>Runs until <paramref name="stop"/> is cancelled, then stops in order.</summary>
    /// <param name="options">A configuration without faults.</param>
    /// <param name="loggers">Baton's own logs.</param>
    /// <param name="time">The clock of the edge.</param>
    /// <param name="stop">Asks for a graceful stop.</param>
    /// <exception cref="StartupException">A port or a directory cannot be had.</exception>
    public static async Task RunAsync(BatonOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        var instruments = new Instruments();
        await using var admin = await AdminEndpoint.StartAsync(options.Service.Admin.Endpoint, instruments, () => null, loggers, stop).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(false);
    }
}
