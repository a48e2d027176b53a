using System.Net;
using System.Net.Sockets;
using System.Text;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Google.Protobuf;

namespace Baton.Processor.Tests.Receive;

public sealed class HttpExportTests
{
    [Theory]
    [InlineData("/v1/traces", EntryKind.Traces)]
    [InlineData("/v1/metrics", EntryKind.Metrics)]
    [InlineData("/v1/logs", EntryKind.Logs)]
    public async Task A_post_is_taken_as_it_came(string path, EntryKind kind)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var body = OtlpRequest.OfSpans(2).ToByteArray();

        var reply = await test.PostAsync(path, body);

        Assert.Equal((HttpStatusCode.OK, "application/x-protobuf", 0), (reply.Code, reply.ContentHeaders.ContentType?.MediaType, reply.Body.Length));
        var entry = Assert.Single(test.Appended);
        Assert.Equal((kind, PayloadEncoding.Identity), (entry.Kind, entry.Encoding));
        Assert.Equal(body, entry.Payload);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    public async Task A_compressed_body_is_kept_as_it_came(string encoding)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var body = OtlpRequest.Gzip(OtlpRequest.OfSpans(2).ToByteArray());

        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", body, encoding)).Code);

        var entry = Assert.Single(test.Appended);
        Assert.Equal(PayloadEncoding.Gzip, entry.Encoding);
        Assert.Equal(body, entry.Payload);
    }

    [Fact]
    public async Task A_body_without_announced_length_is_taken()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var body = OtlpRequest.OfSpans(5000).ToByteArray();
        using var content = new SlowContent(body[..1000]);
        content.Headers.ContentType = new("application/x-protobuf");

        var posting = test.Http.PostAsync(new Uri("/v1/traces", UriKind.Relative), content, ReceiverUnderTest.Cancellation);
        content.Continue(body[1000..]);
        using var response = await posting;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, Assert.Single(test.Appended).Payload);
    }

    [Theory]
    [InlineData("application/x-protobuf; charset=utf-8")]
    [InlineData("Application/X-Protobuf")]
    public async Task Parameters_and_case_of_the_content_type_do_not_matter(string contentType)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", [], contentType: contentType)).Code);
    }

    [Fact]
    public async Task Another_content_type_is_415_with_a_status()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", [], contentType: "text/plain");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Code);
        Assert.Contains("application/x-protobuf", reply.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_encoding_is_415_and_the_known_ones_are_named()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", [1], "br");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Code);
        Assert.Equal("gzip,identity", reply.Headers.NonValidated["Accept-Encoding"].ToString());
        Assert.NotEmpty(reply.Status.Message);
    }

    [Fact]
    public async Task Another_path_is_404_with_a_status()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/trace", []);

        Assert.Equal(HttpStatusCode.NotFound, reply.Code);
        Assert.Contains("/v1/traces", reply.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_method_is_405_with_Allow_and_a_status()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        using var response = await test.Http.GetAsync(new Uri("/v1/traces", UriKind.Relative), ReceiverUnderTest.Cancellation);
        var reply = await HttpReply.ReadAsync(response);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.Code);
        Assert.Equal("POST", Assert.Single(reply.ContentHeaders.Allow));
        Assert.NotEmpty(reply.Status.Message);
    }

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
    public async Task A_full_journal_is_503_with_Retry_After()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Answer = () => Task.FromResult(AppendStatus.Full);

        var reply = await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(2).ToByteArray());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Code);
        Assert.True(reply.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal((int)Grpc.Core.StatusCode.Unavailable, reply.Status.Code);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("http", "journal_full").Value);
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
