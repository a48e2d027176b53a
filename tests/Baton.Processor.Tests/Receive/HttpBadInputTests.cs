using System.Net;
using System.Net.Sockets;
using System.Text;
using Baton.Processor.Receive;
using Google.Protobuf;

namespace Baton.Processor.Tests.Receive;

public sealed class HttpBadInputTests
{
    [Fact]
    public async Task What_is_no_protobuf_is_400_with_a_status_and_counted()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var whole = OtlpRequest.OfSpans(2).ToByteArray();

        foreach (var path in (string[])["/v1/traces", "/v1/metrics", "/v1/logs"])
        {
            var reply = await test.PostAsync(path, whole[..^1]);

            Assert.Equal(HttpStatusCode.BadRequest, reply.Code);
            Assert.Equal((int)Grpc.Core.StatusCode.InvalidArgument, reply.Status.Code);
            Assert.NotEmpty(reply.Status.Message);
        }
        Assert.Equal(3, test.Metrics.ReceiverMalformedRequests.With("http").Value);
        Assert.Empty(test.Appended);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413_before_and_after_decompression()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { HttpMaxBodyBytes = 1000 });

        foreach (var reply in (HttpReply[])[
            await test.PostAsync("/v1/traces", new byte[1001]),
            await test.PostAsync("/v1/traces", OtlpRequest.Gzip(new byte[1001]), "gzip")])
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.Code);
            Assert.Null(reply.Headers.RetryAfter);
            Assert.Contains("max_request_body_size", reply.Status.Message, StringComparison.Ordinal);
        }
        Assert.Equal(2, test.Metrics.ReceiverMalformedRequests.With("http").Value);
    }

    [Fact]
    public async Task A_body_without_announced_length_that_is_too_large_is_413()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { HttpMaxBodyBytes = 1000 });
        using var socket = await ConnectAsync(test);

        await socket.SendAsync(Head("Transfer-Encoding: chunked"), ReceiverUnderTest.Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"3E9\r\n{new string('x', 1001)}\r\n"), ReceiverUnderTest.Cancellation);

        Assert.StartsWith("HTTP/1.1 413 ", await ReadHeadAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_stalls_is_503_and_its_memory_is_free_again()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var socket = await ConnectAsync(test);
        await socket.SendAsync(Head("Content-Length: 100000"), ReceiverUnderTest.Cancellation);
        await socket.SendAsync(new byte[50_000], ReceiverUnderTest.Cancellation);

        await test.LetStallAsync();

        var answer = await ReadHeadAsync(socket);
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Equal(0, test.Receiver.Admission.InFlightBytes);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("http", "stalled").Value);
    }

    [Fact]
    public async Task Stalled_senders_do_not_disturb_the_others()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var stalled = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            var socket = await ConnectAsync(test);
            await socket.SendAsync(Head("Content-Length: 1000000"), ReceiverUnderTest.Cancellation);
            await socket.SendAsync(new byte[50_000], ReceiverUnderTest.Cancellation);
            return socket;
        }));
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Stalls.ArrivedBytes == 500_000);

        await Parallel.ForAsync(0, 200, ReceiverUnderTest.Cancellation, async (_, _) =>
            Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(1).ToByteArray())).Code));

        await test.LetStallAsync();
        Assert.All(await Task.WhenAll(stalled.Select(ReadHeadAsync)), head => Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal));
        Assert.Equal(200, test.Appended.Count);
        foreach (var socket in stalled)
            socket.Dispose();
    }

    [Fact]
    public async Task A_body_that_progresses_slowly_is_waited_for()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var body = OtlpRequest.Of(OtlpRequest.Valid(new string('x', 20_000))).ToByteArray();
        using var socket = await ConnectAsync(test);
        await socket.SendAsync(Head($"Content-Length: {body.Length}\r\nConnection: close"), ReceiverUnderTest.Cancellation);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Stalls.Count > 0);

        for (var at = 0; at < body.Length; at += 2000)
        {
            var arrived = test.Receiver.Stalls.ArrivedBytes;
            var part = body.AsMemory(at, Math.Min(2000, body.Length - at));
            await socket.SendAsync(part, ReceiverUnderTest.Cancellation);
            if (at + part.Length == body.Length)
                break;
            await ReceiverUnderTest.UntilAsync(() => test.Receiver.Stalls.ArrivedBytes == arrived + part.Length);
            test.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.StartsWith("HTTP/1.1 200 ", await ReadHeadAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sender_that_disappears_in_the_middle_leaves_nothing_behind()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using (var socket = await ConnectAsync(test))
        {
            await socket.SendAsync(Head("Content-Length: 100000"), ReceiverUnderTest.Cancellation);
            await socket.SendAsync(new byte[50_000], ReceiverUnderTest.Cancellation);
            await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes > 0);
        }

        await ReceiverUnderTest.UntilAsync(() => test.Metrics.ReceiverRefusedRequests.With("http", "incomplete").Value == 1);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes == 0);
        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", [])).Code);
    }

    [Theory]
    [InlineData("GET", "HTTP/1.1 405 ")]
    [InlineData("NONSENSE\r\n\r\n", "HTTP/1.1 400 ")]
    public async Task What_is_no_OTLP_gets_an_answer(string begin, string answer)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var socket = await ConnectAsync(test);

        await socket.SendAsync(Encoding.ASCII.GetBytes($"{begin} /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), ReceiverUnderTest.Cancellation);

        Assert.StartsWith(answer, await ReadHeadAsync(socket), StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(ReceiverUnderTest test)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, test.Receiver.HttpPort, ReceiverUnderTest.Cancellation);
        return socket;
    }

    private static byte[] Head(string headers) =>
        Encoding.ASCII.GetBytes($"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n{headers}\r\n\r\n");

    private static async Task<string> ReadHeadAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var head = new StringBuilder();
        while (await reader.ReadLineAsync(ReceiverUnderTest.Cancellation) is { Length: > 0 } line)
            head.AppendLine(line);
        return head.ToString();
    }
}
