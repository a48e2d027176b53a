using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Baton.Processor.Receive;
using CsCheck;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Tests.Receive;

public sealed class GrpcBadInputTests
{
    [Theory]
    [InlineData("/opentelemetry.proto.collector.trace.v1.TraceService/Import")]
    [InlineData("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export")]
    [InlineData("/v1/traces")]
    public async Task An_unknown_method_is_UNIMPLEMENTED(string path)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.CallAsync(OtlpRequest.Frame([]), path: path);

        Assert.Equal((HttpStatusCode.OK, StatusCode.Unimplemented, true), (reply.Http, reply.Code, reply.TrailersOnly));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-protobuf")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    public async Task Another_content_type_is_415(string contentType)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.CallAsync(OtlpRequest.Frame([]), contentType: contentType);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, null), (reply.Http, reply.Code));
    }

    [Fact]
    public async Task An_unknown_compression_is_UNIMPLEMENTED_and_the_known_ones_are_named()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.CallAsync(OtlpRequest.Frame([1], flag: 1), "snappy");

        Assert.Equal(StatusCode.Unimplemented, reply.Code);
        Assert.Equal("gzip,zstd,identity", reply.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Theory]
    [InlineData("identity")]
    [InlineData(null)]
    public async Task The_compressed_flag_without_a_compression_is_INTERNAL(string? encoding)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal(StatusCode.Internal, (await test.CallAsync(OtlpRequest.Frame([1], flag: 1), encoding)).Code);
    }

    public static TheoryData<byte[], string> BrokenFrames => new()
    {
        { [], "before its message" },
        { [0, 0, 0], "before its message" },
        { [0, 0, 0, 0, 9, 1, 2], "announces 9 bytes, but the call ended after 2" },
        { [2, 0, 0, 0, 0], "compressed flag is 0 or 1" },
        { [0, 0, 0, 0, 0, 0], "More follows" },
        { [.. OtlpRequest.Frame(OtlpRequest.OfSpans(1).ToByteArray()), .. OtlpRequest.Frame([])], "More follows" },
        { [0, 0, 0, 0, 2, .. new byte[2000]], "More follows" },
    };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public async Task A_broken_frame_is_INTERNAL_and_counted(byte[] body, string message)
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { GrpcMaxMessageBytes = 1000 });

        var reply = await test.CallAsync(body);

        Assert.Equal(StatusCode.Internal, reply.Code);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
        Assert.Equal(1, test.Metrics.ReceiverMalformedRequests.With("grpc").Value);
        Assert.Empty(test.Appended);
    }

    [Fact]
    public async Task A_broken_compression_is_INVALID_ARGUMENT()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var whole = OtlpRequest.Gzip(OtlpRequest.OfSpans(3).ToByteArray());

        foreach (var message in (byte[][])[whole[..^1], [.. whole, 0], [1, 2, 3]])
            Assert.Equal(StatusCode.InvalidArgument, (await test.CallAsync(OtlpRequest.Frame(message, flag: 1), "gzip")).Code);
        Assert.Equal(3, test.Metrics.ReceiverMalformedRequests.With("grpc").Value);
        Assert.Empty(test.Appended);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_RESOURCE_EXHAUSTED_without_RetryInfo()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { GrpcMaxMessageBytes = 1000 });
        byte[] announced = [0, 0xFF, 0xFF, 0xFF, 0xFF];

        foreach (var reply in (GrpcReply[])[
            await test.CallAsync(OtlpRequest.Frame(new byte[1001])),
            await test.CallAsync(announced),
            await test.CallAsync(OtlpRequest.Frame(OtlpRequest.Gzip(new byte[1001]), flag: 1), "gzip")])
        {
            Assert.Equal(StatusCode.ResourceExhausted, reply.Code);
            Assert.Empty(reply.Details.Details);
            Assert.Contains("max_recv_msg_size_mib", reply.Message, StringComparison.Ordinal);
        }
        Assert.Equal(3, test.Metrics.ReceiverMalformedRequests.With("grpc").Value);
    }

    [Fact]
    public async Task Any_frame_in_any_pieces_gets_the_status_that_it_deserves()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { GrpcMaxMessageBytes = 300 });
        var frames =
            from flag in Gen.Frequency((8, Gen.Const((byte)0)), (2, Gen.Byte))
            from announced in Gen.Frequency((6, Gen.Const(0)), (2, Gen.Int[-3, 3]), (1, Gen.Int[250, 400]))
            from spans in Gen.Int[0, 5]
            from cut in Gen.Frequency((8, Gen.Const(0)), (2, Gen.Int[0, 20]))
            from piece in Gen.Int[1, 400]
            select (Flag: flag, Announced: announced, Message: OtlpRequest.OfSpans(spans).ToByteArray(), Cut: cut, Piece: piece);

        await frames.SampleAsync(async frame =>
        {
            var bytes = OtlpRequest.Frame(frame.Message, frame.Flag);
            var announced = (uint)Math.Max(0, frame.Message.Length + frame.Announced);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), announced);
            bytes = bytes[..Math.Max(0, bytes.Length - frame.Cut)];
            using var content = new PiecewiseContent(bytes, frame.Piece);

            var reply = await test.CallAsync(content);

            StatusCode[] expected = bytes.Length < 5 || frame.Flag > 1 ? [StatusCode.Internal]
                : announced > 300 ? [StatusCode.ResourceExhausted]
                : bytes.Length - 5 != announced || frame.Flag == 1 ? [StatusCode.Internal]
                : frame.Cut > 0 ? [StatusCode.OK, StatusCode.InvalidArgument] // The frame is whole, and the message in it cut.
                : [StatusCode.OK];
            Assert.Contains(reply.Code!.Value, expected);
        }, iter: 300, threads: 4);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nand then something else that is no frame")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 and so on: the beginning of a TLS hello")]
    public async Task What_is_no_HTTP_2_is_disconnected_and_the_others_go_on(string bytes)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, test.Receiver.GrpcPort, ReceiverUnderTest.Cancellation);

        // As much as Kestrel waits for when it looks for the line of an HTTP/1 request.
        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes.PadRight(9000)), ReceiverUnderTest.Cancellation);
        using var stream = new NetworkStream(socket);
        await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null, ReceiverUnderTest.Cancellation));

        Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame([]))).Code);
    }
}
