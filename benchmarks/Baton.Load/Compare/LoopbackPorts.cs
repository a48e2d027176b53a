using System.Net;
using System.Net.Sockets;

namespace Baton.Load.Compare;

/// <summary>Ports for processes that must be told theirs.</summary>
internal static class LoopbackPorts
{
    // Below the ports that systems give to whoever asks for any.
    private const int First = 26_000;
    private const int End = 32_768;

    /// <summary>Different free ports of 127.0.0.1. They are free now; another process that asks for one of them could take it before it is used.</summary>
    public static int[] Free(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            int port = Random.Shared.Next(First, End);
            if (IsFree(port)) ports.Add(port);
        }
        return [.. ports];
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

    public static async Task<bool> AnswersAsync(int port, CancellationToken stop)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
