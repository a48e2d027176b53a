using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using CsCheck;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Baton.Processor.Tests.Receive;

public sealed class GrpcExportTests
{
    [Fact]
    public async Task A_generated_client_exports_and_the_journal_gets_the_bytes_that_it_sent()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var request = OtlpRequest.OfSpans(3);

        var response = await new TraceService.TraceServiceClient(test.Channel).ExportAsync(request, cancellationToken: ReceiverUnderTest.Cancellation);

        Assert.Null(response.PartialSuccess);
        var entry = Assert.Single(test.Appended);
        Assert.Equal((EntryKind.Traces, PayloadEncoding.Identity), (entry.Kind, entry.Encoding));
        Assert.Equal(request.ToByteArray(), entry.Payload);
    }

    [Fact]
    public async Task A_compressed_message_is_kept_as_it_came()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var message = OtlpRequest.Gzip(OtlpRequest.OfSpans(3).ToByteArray());

        var reply = await test.CallAsync(OtlpRequest.Frame(message, flag: 1), "gzip");

        Assert.Equal(StatusCode.OK, reply.Code);
        Assert.Equal(OtlpRequest.Frame([]), reply.Body);
        var entry = Assert.Single(test.Appended);
        Assert.Equal(PayloadEncoding.Gzip, entry.Encoding);
        Assert.Equal(message, entry.Payload);
    }

    [Fact]
    public async Task A_generated_client_may_compress()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        await new TraceService.TraceServiceClient(test.Channel).ExportAsync(OtlpRequest.OfSpans(3), headers, cancellationToken: ReceiverUnderTest.Cancellation);

        Assert.Equal(PayloadEncoding.Gzip, Assert.Single(test.Appended).Encoding);
    }

    [Fact]
    public async Task An_uncompressed_message_is_taken_whatever_encoding_the_call_names()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame(OtlpRequest.OfSpans(1).ToByteArray()), "zstd")).Code);
        Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame(OtlpRequest.OfSpans(1).ToByteArray()), "gzip")).Code);
        Assert.All(test.Appended, entry => Assert.Equal(PayloadEncoding.Identity, entry.Encoding));
    }

    [Fact]
    public async Task Metrics_and_logs_are_taken_as_they_are()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var metrics = new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { SchemaUrl = "m" } } };
        var logs = new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { SchemaUrl = "l" } } };

        await new MetricsService.MetricsServiceClient(test.Channel).ExportAsync(metrics, cancellationToken: ReceiverUnderTest.Cancellation);
        await new LogsService.LogsServiceClient(test.Channel).ExportAsync(logs, cancellationToken: ReceiverUnderTest.Cancellation);

        Assert.Equal([EntryKind.Metrics, EntryKind.Logs], test.Appended.Select(entry => entry.Kind));
        Assert.Equal([metrics.ToByteArray(), logs.ToByteArray()], test.Appended.Select(entry => entry.Payload));
    }

    [Fact]
    public async Task An_empty_request_is_a_success_and_nothing_is_kept()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var response = await new TraceService.TraceServiceClient(test.Channel).ExportAsync(new(), cancellationToken: ReceiverUnderTest.Cancellation);

        Assert.Null(response.PartialSuccess);
        Assert.Empty(test.Appended);
    }

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

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("Application/gRPC; charset=utf-8")]
    public async Task The_content_types_of_grpc_are_taken(string contentType)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame([]), contentType: contentType)).Code);
    }

    [Fact]
    public async Task An_unknown_compression_is_UNIMPLEMENTED_and_the_known_ones_are_named()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.CallAsync(OtlpRequest.Frame([1], flag: 1), "snappy");

        Assert.Equal(StatusCode.Unimplemented, reply.Code);
        Assert.Equal("gzip,identity", reply.Headers.GetValues("grpc-accept-encoding").Single());
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
    };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public async Task A_broken_frame_is_INTERNAL_and_counted(byte[] body, string message)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

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
    public async Task A_full_journal_is_UNAVAILABLE_with_RetryInfo()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Answer = () => Task.FromResult(AppendStatus.Full);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await new TraceService.TraceServiceClient(test.Channel).ExportAsync(OtlpRequest.OfSpans(3), cancellationToken: ReceiverUnderTest.Cancellation));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("journal is full", error.Status.Detail, StringComparison.Ordinal);
        var details = Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((int)StatusCode.Unavailable, details.Code);
        Assert.True(Assert.Single(details.Details).Unpack<RetryInfo>().RetryDelay.Seconds > 0);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("grpc", "journal_full").Value);
    }

    [Theory]
    [InlineData(AppendStatus.Failed)]
    [InlineData(AppendStatus.Closed)]
    public async Task A_journal_that_does_not_store_is_UNAVAILABLE_with_RetryInfo(AppendStatus status)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Answer = () => Task.FromResult(status);

        var reply = await test.CallAsync(OtlpRequest.Frame(OtlpRequest.OfSpans(3).ToByteArray()));

        Assert.Equal(StatusCode.Unavailable, reply.Code);
        Assert.Single(reply.Details.Details);
    }

    [Fact]
    public async Task A_request_of_60_MiB_is_taken()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var request = OtlpRequest.Of(OtlpRequest.Valid(new string('x', 60 << 20)));

        await new TraceService.TraceServiceClient(test.Channel).ExportAsync(request, cancellationToken: ReceiverUnderTest.Cancellation);

        Assert.Equal(request.ToByteArray(), Assert.Single(test.Appended).Payload);
    }

    [Fact]
    public async Task A_call_that_the_client_cancels_frees_its_memory()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var content = new SlowContent([.. OtlpRequest.Frame(new byte[100_000])[..50_000]]);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(ReceiverUnderTest.Cancellation);

        var call = test.CallAsync(content);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes > 0);
        content.Break();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes == 0);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("grpc", "incomplete").Value);
    }

    [Fact]
    public async Task A_call_that_stalls_is_UNAVAILABLE_and_the_others_on_its_connection_go_on()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var content = new SlowContent([.. OtlpRequest.Frame(new byte[100_000])[..50_000]]);

        var stalled = test.CallAsync(content);
        await test.LetStallAsync();

        var reply = await stalled;
        Assert.Equal(StatusCode.Unavailable, reply.Code);
        Assert.Single(reply.Details.Details);
        Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame([]))).Code);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("grpc", "stalled").Value);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes == 0);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_for_the_client_and_the_request_is_stored_all_the_same()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var stored = new TaskCompletionSource<AppendStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Answer = () => stored.Task;

        var error = await Assert.ThrowsAsync<RpcException>(async () => await new TraceService.TraceServiceClient(test.Channel)
            .ExportAsync(OtlpRequest.OfSpans(1), deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: ReceiverUnderTest.Cancellation));
        stored.SetResult(AppendStatus.Stored);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await ReceiverUnderTest.UntilAsync(() => test.Appended.Count <= 1 && test.Receiver.Admission.InFlightBytes == 0);
    }

    [Fact]
    public async Task Calls_cancelled_at_any_moment_leave_nothing_behind()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var client = new TraceService.TraceServiceClient(test.Channel);
        var request = OtlpRequest.Of(OtlpRequest.Valid(new string('x', 100_000)));

        await Parallel.ForAsync(0, 200, ReceiverUnderTest.Cancellation, async (i, cancellation) =>
        {
            using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            cancelled.CancelAfter(TimeSpan.FromMicroseconds(i * 20));
            var outcome = await Record.ExceptionAsync(async () => await client.ExportAsync(request, cancellationToken: cancelled.Token));
            Assert.True(outcome is null or RpcException { StatusCode: StatusCode.Cancelled });
        });

        await client.ExportAsync(request, cancellationToken: ReceiverUnderTest.Cancellation);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes == 0 && test.Receiver.Stalls.Count == 0);
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

            var expected = bytes.Length < 5 || frame.Flag > 1 ? StatusCode.Internal
                : announced > 300 ? StatusCode.ResourceExhausted
                : bytes.Length - 5 != announced || frame.Flag == 1 ? StatusCode.Internal
                : frame.Cut > 0 && announced > 0 && frame.Announced != 0 ? reply.Code // A message cut and announced so may still be one.
                : StatusCode.OK;
            Assert.Equal(expected, reply.Code);
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

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("100 % of ä\n", "100 %25 of %C3%A4%0A")]
    public void A_message_is_percent_encoded(string message, string encoded) => Assert.Equal(encoded, GrpcAnswer.PercentEncode(message));
}
