using System.Net;
using System.Net.Sockets;

namespace Baton.Testing.Processes;

/// <summary>Loopback ports that nobody listened on a moment ago, for processes that cannot be asked which port they got.</summary>
public static class FreePorts
{
    /// <summary>That many different ports.</summary>
    public static int[] Take(int count)
    {
        // All are held at once, so that they differ.
        var held = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in held)
                listener.Start();
            return [.. held.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in held)
                listener.Dispose();
        }
    }
}
