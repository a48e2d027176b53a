using System.CommandLine;
using System.Text.Json;
using Baton.Load.Serving;
using Baton.Load.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Baton.Load.Hop;

/// <summary>`hop`: the floor that Baton is measured against.</summary>
internal static class HopCommand
{
    public static Command Create()
    {
        var port = ServerOptions.Port("--grpc-port", "OTLP/gRPC");
        var downstream = new Option<string>("--downstream") { Description = "host:port that the requests go to.", Required = true };
        var untilStdinCloses = ServerOptions.UntilStdinCloses();
        var command = new Command("hop", "Passes OTLP/gRPC trace requests on as they came, and does nothing else.")
        {
            port, downstream, untilStdinCloses,
        };
        command.SetAction((parsed, stop) =>
            RunAsync(parsed.GetValue(port), parsed.GetRequiredValue(downstream), parsed.GetValue(untilStdinCloses), stop));
        return command;
    }

    private static async Task<int> RunAsync(int port, string downstream, bool untilStdinCloses, CancellationToken stop)
    {
        using var channel = new ExportChannel(downstream);
        await using var server = await LoopbackServer.StartAsync([(port, HttpProtocols.Http2)], new HopHandler(channel).HandleAsync);
        Console.WriteLine(JsonSerializer.Serialize(new ServerReady(server.Ports[0], 0), JsonSerializerOptions.Web));
        await Lifetime.WaitAsync(untilStdinCloses, stop);
        return 0;
    }
}
