using System.CommandLine;
using System.Text.Json;
using Baton.Load.Serving;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Baton.Load.Sink;

/// <summary>`sink`: where the load ends.</summary>
internal static class SinkCommand
{
    public static Command Create()
    {
        var grpc = ServerOptions.Port("--grpc-port", "OTLP/gRPC");
        var http = ServerOptions.Port("--http-port", "OTLP/HTTP and GET /count");
        var untilStdinCloses = ServerOptions.UntilStdinCloses();
        var command = new Command("sink", "Takes OTLP over gRPC and HTTP, counts the spans that arrive, and says OK.")
        {
            grpc, http, untilStdinCloses,
        };
        command.SetAction((parsed, stop) =>
            RunAsync(parsed.GetValue(grpc), parsed.GetValue(http), parsed.GetValue(untilStdinCloses), stop));
        return command;
    }

    private static async Task<int> RunAsync(int grpc, int http, bool untilStdinCloses, CancellationToken stop)
    {
        var handler = new SinkHandler();
        await using var server = await LoopbackServer.StartAsync(
            [(grpc, HttpProtocols.Http2), (http, HttpProtocols.Http1)], handler.HandleAsync);
        Console.WriteLine(JsonSerializer.Serialize(new ServerReady(server.Ports[0], server.Ports[1]), JsonSerializerOptions.Web));
        await Lifetime.WaitAsync(untilStdinCloses, stop);
        return 0;
    }
}
