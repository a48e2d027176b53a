using System.Buffers.Binary;
using System.Net.Sockets;

namespace Baton.EndToEnd.Tests.Stock;

/// <summary>A connection that only listens, to see the frames that clients do not tell of.</summary>
internal sealed class Http2Connection : IDisposable
{
    // RFC 9113: 3.4 the preface, 4.1 the frame's header, 6.5 SETTINGS, 6.8 GOAWAY.
    private const int HeaderLength = 9;
    private const byte Settings = 4;
    private const byte GoAway = 7;
    private const byte Acknowledgement = 1;

    private readonly TcpClient _client = new();

    private Stream Stream => _client.GetStream();

    /// <summary>Connects, and waits until the server speaks HTTP/2.</summary>
    public static async Task<Http2Connection> OpenAsync(Uri server, CancellationToken cancellation)
    {
        var connection = new Http2Connection();
        await connection._client.ConnectAsync(server.Host, server.Port, cancellation);
        await connection.Stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings)], cancellation);
        var first = await connection.ReadAsync(cancellation);
        if (first is not Settings)
            throw new IOException($"The server's preface is a SETTINGS frame (RFC 9113, 3.4), and not {first?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}.");
        await connection.Stream.WriteAsync(Frame(Settings, Acknowledgement), cancellation);
        return connection;
    }

    /// <summary>Whether a GOAWAY comes before the connection ends.</summary>
    public async Task<bool> ReadToGoAwayAsync(CancellationToken cancellation)
    {
        while (true)
        {
            switch (await ReadAsync(cancellation))
            {
                case GoAway:
                    return true;
                case null:
                    return false;
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static byte[] Frame(byte type, byte flags = 0) => [0, 0, 0, type, flags, 0, 0, 0, 0];

    private async Task<byte?> ReadAsync(CancellationToken cancellation)
    {
        var header = new byte[HeaderLength];
        if (await Stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation) < HeaderLength)
            return null;
        await Stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8], cancellation);
        return header[3];
    }
}
