using System.Net;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Testing;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Span = OpenTelemetry.Proto.Trace.V1.Span;

namespace Baton.Processor.Tests.Receive;

/// <summary>What becomes of requests that arrived whole, right and wrong.</summary>
public sealed class IntakeTests
{
    [Fact]
    public async Task Every_capture_passes_byte_for_byte()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var captures = Captures.All.SelectMany(scenario => scenario.Requests)
            .Where(request => request.File.EndsWith(".pb", StringComparison.Ordinal)).Select(request => request.Body.ToArray()).ToArray();

        foreach (var capture in captures)
            Assert.Equal((HttpStatusCode.OK, 0), await PostAsync(test, capture));

        Assert.NotEmpty(captures);
        Assert.Equal(captures, test.Appended.Select(entry => entry.Payload));
        Assert.Equal(test.Appended.Sum(entry => entry.SpanCount), test.Metrics.ReceiverAcceptedSpans.With("http").Value);
    }

    [Fact]
    public async Task A_span_with_a_role_is_an_event_of_its_entry()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var producer = OtlpRequest.Valid(ReceiverUnderTest.ProducingName);

        await test.PostAsync("/v1/traces", OtlpRequest.Gzip(OtlpRequest.Of(OtlpRequest.Valid(), producer).ToByteArray()), "gzip");

        var entry = Assert.Single(test.Appended);
        Assert.Equal(2, entry.SpanCount);
        Assert.Equal([(EventKind.Resource, -1), (EventKind.Span, 1)], Events(entry));
    }

    public static TheoryData<string, byte[], byte[]> BadIds => new()
    {
        { "trace_id", [], OtlpRequest.SpanId },
        { "trace_id", new byte[16], OtlpRequest.SpanId },
        { "trace_id", new byte[15], OtlpRequest.SpanId },
        { "trace_id", new byte[17], OtlpRequest.SpanId },
        { "span_id", OtlpRequest.TraceId, [] },
        { "span_id", OtlpRequest.TraceId, new byte[8] },
        { "span_id", OtlpRequest.TraceId, new byte[9] },
    };

    [Theory]
    [MemberData(nameof(BadIds))]
    public async Task A_span_with_a_bad_id_is_rejected_and_the_rest_is_taken(string field, byte[] traceId, byte[] spanId)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var bad = new Span { TraceId = ByteString.CopyFrom(traceId), SpanId = ByteString.CopyFrom(spanId), Name = "bad" };
        var request = OtlpRequest.Of(OtlpRequest.Valid("first"), bad, OtlpRequest.Valid("last"));

        var response = await new TraceService.TraceServiceClient(test.Channel).ExportAsync(request, cancellationToken: ReceiverUnderTest.Cancellation);

        Assert.Equal(1, response.PartialSuccess.RejectedSpans);
        Assert.Contains(field, response.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(OtlpRequest.Of(OtlpRequest.Valid("first"), OtlpRequest.Valid("last")).ToByteArray(), Assert.Single(test.Appended).Payload);
        Assert.Equal((2, 1), Counted(test, "grpc"));
    }

    [Fact]
    public async Task What_is_left_of_a_compressed_request_goes_on_plain()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var request = OtlpRequest.Of(new Span { Name = "bad" }, OtlpRequest.Valid());

        var reply = await test.PostAsync("/v1/traces", OtlpRequest.Gzip(request.ToByteArray()), "gzip");

        Assert.Equal(1, ExportTraceServiceResponse.Parser.ParseFrom(reply.Body).PartialSuccess.RejectedSpans);
        var entry = Assert.Single(test.Appended);
        Assert.Equal((PayloadEncoding.Identity, 1), (entry.Encoding, entry.SpanCount));
        Assert.Equal(OtlpRequest.Of(OtlpRequest.Valid()).ToByteArray(), entry.Payload);
    }

    [Fact]
    public async Task A_request_of_rejected_spans_alone_is_a_partial_success_and_nothing_is_kept()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal((HttpStatusCode.OK, 2), await PostAsync(test, OtlpRequest.Of(new Span(), new Span()).ToByteArray()));

        Assert.Empty(test.Appended);
        Assert.Equal((0, 2), Counted(test, "http"));
    }

    [Fact]
    public async Task A_request_without_spans_is_a_success_and_nothing_is_kept()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal((HttpStatusCode.OK, 0), await PostAsync(test, OtlpRequest.Of().ToByteArray()));

        Assert.Empty(test.Appended);
    }

    [Fact]
    public async Task A_string_that_is_not_UTF_8_costs_its_span()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var request = OtlpRequest.Of(OtlpRequest.Valid("??"), OtlpRequest.Valid()).ToByteArray();
        request.AsSpan()[request.AsSpan().IndexOf("??"u8)] = 0xFF;

        Assert.Equal((HttpStatusCode.OK, 1), await PostAsync(test, request));

        Assert.Equal(OtlpRequest.Of(OtlpRequest.Valid()).ToByteArray(), Assert.Single(test.Appended).Payload);
    }

    [Fact]
    public async Task Odd_times_and_unknown_fields_pass_unchanged()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var odd = OtlpRequest.Of(
            new Span(OtlpRequest.Valid()) { StartTimeUnixNano = 2, EndTimeUnixNano = 1 },
            new Span(OtlpRequest.Valid()) { StartTimeUnixNano = 0, EndTimeUnixNano = 0 },
            new Span(OtlpRequest.Valid()) { StartTimeUnixNano = 1UL << 63, EndTimeUnixNano = ulong.MaxValue });
        // Field 1000, length-delimited: of a later version of the protocol.
        byte[] request = [.. odd.ToByteArray(), 0xC2, 0x3E, 3, 1, 2, 3];

        Assert.Equal((HttpStatusCode.OK, 0), await PostAsync(test, request));

        Assert.Equal(request, Assert.Single(test.Appended).Payload);
    }

    [Fact]
    public async Task Spans_of_a_request_that_the_journal_does_not_take_are_counted_as_refused()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Answer = () => Task.FromResult(AppendStatus.Full);

        await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(7).ToByteArray());

        Assert.Equal((0, 7), Counted(test, "http"));
    }

    private static async Task<(HttpStatusCode Code, long Rejected)> PostAsync(ReceiverUnderTest test, byte[] request)
    {
        var reply = await test.PostAsync("/v1/traces", request);
        return (reply.Code, ExportTraceServiceResponse.Parser.ParseFrom(reply.Body).PartialSuccess?.RejectedSpans ?? 0);
    }

    private static (double Accepted, double Refused) Counted(ReceiverUnderTest test, string transport) =>
        (test.Metrics.ReceiverAcceptedSpans.With(transport).Value, test.Metrics.ReceiverRefusedSpans.With(transport).Value);

    private static List<(EventKind Kind, int SpanIndex)> Events(Appended entry)
    {
        var events = new List<(EventKind, int)>();
        var reader = new EventReader(entry.Events);
        while (reader.MoveNext())
            events.Add((reader.Kind, reader.Kind == EventKind.Span ? new SpanEvent(reader.Record).Header.SpanIndex : -1));
        return events;
    }
}
