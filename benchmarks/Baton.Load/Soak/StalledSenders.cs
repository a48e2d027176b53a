using System.Net;
using System.Net.Sockets;
using System.Text;
using Baton.Load.Wire;

namespace Baton.Load.Soak;

/// <summary>
/// Senders that begin requests and never end them, in three ways in turn: half a body over HTTP/1, half a message over gRPC, and half of
/// the headers. Each waits to be answered or disconnected, and begins anew.
/// </summary>
internal sealed class StalledSenders(int grpcPort, int httpPort)
{
    private const int Announced = 1_000_000;
    private const int Sent = 20_000;

    /// <summary>One that was disconnected at once, because the receiver is gone, does not try a million times.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private long _cutOff;

    /// <summary>How often one was answered or disconnected.</summary>
    public long CutOff => Interlocked.Read(ref _cutOff);

    /// <summary>Stalls until it is stopped.</summary>
    public Task RunAsync(int count, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, count).Select(async sender =>
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ((sender % 3) switch
                {
                    0 => StallHttpAsync($"Content-Type: application/x-protobuf\r\nContent-Length: {Announced}\r\n\r\n", Sent, stop),
                    1 => StallGrpcAsync(stop),
                    _ => StallHttpAsync("Content-Type: application/x-pro", 0, stop),
                });
            }
            catch (Exception failure) when (failure is IOException or SocketException or HttpRequestException)
            {
                // Disconnected: as good an answer as any.
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            Interlocked.Increment(ref _cutOff);
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }));

    private async Task StallHttpAsync(string headers, int body, CancellationToken stop)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, httpPort, stop);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"), stop);
        await stream.WriteAsync(new byte[body], stop);
        await stream.CopyToAsync(Stream.Null, stop);
    }

    private async Task StallGrpcAsync(CancellationToken stop)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{grpcPort}{ExportChannel.TracePath}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new HalfAMessage(answered.Token),
        };
        using var response = await http.SendAsync(request, stop);
        await answered.CancelAsync();
    }

    private sealed class HalfAMessage : HttpContent
    {
        private readonly CancellationToken _until;

        public HalfAMessage(CancellationToken until)
        {
            _until = until;
            Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            byte[] begin = [0, 0, Announced >> 16, Announced >> 8 & 0xFF, Announced & 0xFF, .. new byte[Sent]];
            await stream.WriteAsync(begin, _until);
            await stream.FlushAsync(_until);
            await Task.Delay(Timeout.Infinite, _until);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
