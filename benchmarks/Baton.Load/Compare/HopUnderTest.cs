namespace Baton.Load.Compare;

/// <summary>A hop that runs, and where it listens.</summary>
/// <param name="Process">Owned by whoever started it.</param>
/// <param name="Port">OTLP/gRPC on 127.0.0.1.</param>
/// <param name="AdminPort">Where it serves /metrics; 0 where it does not.</param>
/// <param name="HttpPort">OTLP/HTTP on 127.0.0.1; 0 where it has none.</param>
internal sealed record RunningHop(ChildProcess Process, int Port, int AdminPort, int HttpPort = 0);

/// <summary>A hop that can be started between the load and the sink.</summary>
internal abstract class HopUnderTest(string name)
{
    public string Name => name;

    /// <summary>Starts it in a process of its own and returns when it takes requests.</summary>
    /// <param name="cores">How many processors it may use; 0 is all.</param>
    /// <param name="sinkPort">OTLP/gRPC port on 127.0.0.1 that it is to send to.</param>
    /// <param name="directory">An empty directory for what it keeps; removed after the run.</param>
    public abstract Task<RunningHop> StartAsync(int sinkPort, string directory, int cores, CancellationToken stop);

    /// <summary>Starts a process on the first processors alone; taskset becomes the program, so its id is the program's.</summary>
    protected static ChildProcess Start(ChildCommand command, int cores) => ChildProcess.Start(
        cores == 0 ? command : command with { File = "taskset", Arguments = ["-c", $"0-{cores - 1}", command.File, .. command.Arguments] });

    /// <summary>The running hop, or its process ended and the failure passed on.</summary>
    protected static async Task<RunningHop> OnceReadyAsync(ChildProcess process, Func<Task<RunningHop>> ready)
    {
        try
        {
            return await ready();
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
