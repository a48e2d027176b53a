using System.Text.Json;
using Baton.Load.Serving;

namespace Baton.Load.Compare;

/// <summary>This tool's own `hop`.</summary>
internal sealed class BareHop() : HopUnderTest(BareHopName)
{
    public const string BareHopName = "bare hop";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public override Task<RunningHop> StartAsync(int sinkPort, string directory, int cores, CancellationToken stop)
    {
        var process = Start(ChildProcess.Self("hop", "--downstream", $"127.0.0.1:{sinkPort}", "--until-stdin-closes"), cores);
        return OnceReadyAsync(process, async () => new RunningHop(process, (await ReadyAsync(process, "hop", stop)).Grpc, 0));
    }

    /// <summary>What a server of the rig prints when it listens.</summary>
    public static async Task<ServerReady> ReadyAsync(ChildProcess process, string what, CancellationToken stop) =>
        JsonSerializer.Deserialize<ServerReady>(await process.ReadLineAsync(what, Patience, stop), JsonSerializerOptions.Web)!;
}
