using System.Text;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Google.Protobuf;
using Grpc.Core;
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

    [Theory]
    [InlineData("gzip", PayloadEncoding.Gzip)]
    [InlineData("zstd", PayloadEncoding.Zstd)]
    public async Task A_compressed_message_is_kept_as_it_came(string encoding, PayloadEncoding stored)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var message = OtlpRequest.Compress(OtlpRequest.OfSpans(3).ToByteArray(), stored);

        var reply = await test.CallAsync(OtlpRequest.Frame(message, flag: 1), encoding);

        Assert.Equal(StatusCode.OK, reply.Code);
        Assert.Equal(OtlpRequest.Frame([]), reply.Body);
        var entry = Assert.Single(test.Appended);
        Assert.Equal(stored, entry.Encoding);
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
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("Application/gRPC; charset=utf-8")]
    public async Task The_content_types_of_grpc_are_taken(string contentType)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame([]), contentType: contentType)).Code);
    }

    [Fact]
    public async Task A_request_of_60_MiB_is_taken()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var request = OtlpRequest.Of(OtlpRequest.Valid(new string('x', 60 << 20)));

        await new TraceService.TraceServiceClient(test.Channel).ExportAsync(request, cancellationToken: ReceiverUnderTest.Cancellation);

        Assert.Equal(request.ToByteArray(), Assert.Single(test.Appended).Payload);
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("100 % of ä\n", "100 %25 of %C3%A4%0A")]
    public void A_message_is_percent_encoded(string message, string encoded) => Assert.Equal(encoded, GrpcAnswer.PercentEncode(message));
}
