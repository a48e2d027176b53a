using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Demo;

/// <summary>The options of the demo's instance: <c>config/demo.yaml</c>, with free ports and a directory of its own.</summary>
internal static class DemoConfiguration
{
    private const string Resource = "demo.yaml";

    // Below the ports that systems give to whoever asks for any.
    private const int FirstPort = 20_000;
    private const int EndOfPorts = 26_000;

    /// <summary>Reads the configuration that is built in.</summary>
    /// <param name="directory">Exists, and is the demo's own: journal and state go below it.</param>
    /// <param name="backendPort">Where the exporter sends, on loopback.</param>
    public static BatonOptions Load(string directory, int backendPort)
    {
        var file = Path.Combine(directory, Resource);
        using (var source = typeof(DemoConfiguration).Assembly.GetManifestResourceStream(Resource)!)
        using (var copy = File.Create(file))
            source.CopyTo(copy);
        var ports = FreePorts(2);
        var result = BatonConfiguration.Load(
            [file],
            [
                $"receivers.otlp.protocols.grpc.endpoint=127.0.0.1:{ports[0]}",
                $"service.admin.endpoint=127.0.0.1:{ports[1]}",
                $"exporters.otlp.endpoint=127.0.0.1:{backendPort}",
                $"journal.directory={Quoted(Path.Combine(directory, "journal"))}",
                $"state.directory={Quoted(Path.Combine(directory, "state"))}",
            ],
            _ => null);
        return result.Options ?? throw new InvalidOperationException($"config/demo.yaml has faults: {string.Join("; ", result.Faults)}");
    }

    // All are held at once, so that they differ. Somebody else may take one before the instance does: then it says so, and does not start. Who asks the
    // system for any port does not: it gives none of these.
    private static int[] FreePorts(int count)
    {
        var held = new List<TcpListener>();
        try
        {
            while (held.Count < count)
            {
                if (TryListen(Random.Shared.Next(FirstPort, EndOfPorts)) is { } listener)
                    held.Add(listener);
            }
            return [.. held.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            held.ForEach(listener => listener.Dispose());
        }
    }

    private static TcpListener? TryListen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    // A JSON string is a YAML one; a dollar sign would begin a variable.
    private static string Quoted(string path) => JsonSerializer.Serialize(path).Replace("$", "$$", StringComparison.Ordinal);
}
