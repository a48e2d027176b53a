using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Baton.Testing.Processes;

/// <summary>
/// Loopback ports that nobody listens on, for processes that cannot be asked which port they got. They lie below the range that the system takes
/// ports from by itself, and each is given out once: until the process listens, nobody who asks for any port gets this one.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int DefaultEnd = 32_768;

    private static readonly Lock Gate = new();
    private static readonly int End = FirstOfTheSystem();

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

    private static int FirstOfTheSystem()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        var first = File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture) : DefaultEnd;
        return first >= First + 5_000 ? first : DefaultEnd;
    }
}
