using System.Net;
using System.Net.Sockets;

namespace Baton.Testing.Processes;

/// <summary>
/// Loopback ports that nobody listens on, for processes that cannot be asked which port they got. Each is given out once, and they lie below the ports that the
/// system gives to whoever asks for any, and those that the demo and the load tool take: until the process listens, nobody else gets this one.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int End = 20_000;

    private static readonly Lock Gate = new();

    // Another process of tests, if there is one, begins elsewhere.
    private static int _next = Random.Shared.Next(First, End);

    /// <summary>That many different ports.</summary>
    public static int[] Take(int count)
    {
        lock (Gate) return [.. Enumerable.Range(0, count).Select(_ => Next())];
    }

    private static int Next()
    {
        for (var tries = First; tries < End; tries++)
        {
            var port = _next;
            _next = _next + 1 < End ? _next + 1 : First;
            if (IsFree(port)) return port;
        }
        throw new InvalidOperationException($"No loopback port from {First} to {End - 1} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
