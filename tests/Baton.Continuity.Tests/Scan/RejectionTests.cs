using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Continuity.Tests.Scan.ScanHarness;

namespace Baton.Continuity.Tests.Scan;

/// <summary>Spans that are rejected while the rest of their request is taken.</summary>
public class RejectionTests
{
    private const string TraceIdReason = "trace_id must have 16 bytes, not all zero";
    private const string SpanIdReason = "span_id must have 8 bytes, not all zero";

    [Theory]
    [InlineData(0, 8, 8, TraceIdReason)]
    [InlineData(15, 8, 8, TraceIdReason)]
    [InlineData(17, 8, 8, TraceIdReason)]
    [InlineData(-16, 8, 8, TraceIdReason)]
    [InlineData(16, 0, 8, SpanIdReason)]
    [InlineData(16, 7, 8, SpanIdReason)]
    [InlineData(16, 16, 8, SpanIdReason)]
    [InlineData(16, -8, 8, SpanIdReason)]
    [InlineData(16, 8, 7, "parent_span_id must be empty or have 8 bytes")]
    [InlineData(16, 8, 16, "parent_span_id must be empty or have 8 bytes")]
    public void A_span_with_an_id_of_the_wrong_length_or_zero_is_rejected_and_its_neighbours_are_not(int trace, int span, int parent, string reason)
    {
        var bad = Span();
        bad.TraceId = Id(trace);
        bad.SpanId = Id(span);
        bad.ParentSpanId = Id(parent);
        var request = Request(Span(), bad, Span());

        var scanned = ScanHarness.Scan(request);

        Assert.Equal((3, 1), (scanned.Result.SpanCount, scanned.Result.RejectedSpans));
        Assert.StartsWith($"1 span rejected: {reason} (first at byte ", scanned.Result.Rejection, StringComparison.Ordinal);
        Assert.Equal([0, 2], scanned.Spans.Select(found => found.Header.SpanIndex));
        Assert.Equal(Request(Span(), Span()).ToByteArray(), scanned.Cut);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    public void An_empty_or_zero_parent_is_a_root(int parent)
    {
        var root = Span();
        root.ParentSpanId = Id(parent);

        var scanned = ScanHarness.Scan(Request(root));

        Assert.Equal(0, scanned.Result.RejectedSpans);
        Assert.True(Assert.Single(scanned.Spans).Header.ParentSpanId.IsZero);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("attribute")]
    [InlineData("nested")]
    [InlineData("event")]
    [InlineData("link")]
    [InlineData("status")]
    [InlineData("trace_state")]
    public void A_span_with_a_string_that_is_not_UTF8_is_rejected_alone(string place)
    {
        var bad = Span();
        const string Marker = "@marker@";
        var value = new AnyValue { StringValue = Marker };
        switch (place)
        {
            case "name":
                bad.Name = Marker;
                break;
            case "attribute":
                bad.Attributes.Add(new KeyValue { Key = "k", Value = value });
                break;
            case "nested":
                bad.Attributes.Add(new KeyValue { Key = "k", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { value } } } });
                break;
            case "event":
                bad.Events.Add(new Span.Types.Event { Name = Marker });
                break;
            case "link":
                bad.Links.Add(new Span.Types.Link { TraceState = Marker });
                break;
            case "status":
                bad.Status = new Status { Message = Marker };
                break;
            default:
                bad.TraceState = Marker;
                break;
        }

        var scanned = ScanHarness.Scan(Spoil(Request(Span(), bad, Span())));

        Assert.Equal((3, 1), (scanned.Result.SpanCount, scanned.Result.RejectedSpans));
        Assert.StartsWith("1 span rejected: a string is not UTF-8 (first at byte ", scanned.Result.Rejection, StringComparison.Ordinal);
        Assert.Equal(Request(Span(), Span()).ToByteArray(), scanned.Cut);
    }

    [Fact]
    public void A_scope_or_resource_with_a_string_that_is_not_UTF8_takes_its_spans_along_and_no_others()
    {
        var good = Request(Span(), Span()).ResourceSpans[0];
        var badScope = good.Clone();
        badScope.ScopeSpans.Insert(0, new ScopeSpans { Spans = { Span() }, SchemaUrl = "@marker@" });
        var badResource = good.Clone();
        badResource.Resource = new Resource { Attributes = { Attribute("service.name", "@marker@") } };

        var scanned = ScanHarness.Scan(Spoil(new ExportTraceServiceRequest { ResourceSpans = { good, badScope, badResource, good } }));

        Assert.Equal((9, 3), (scanned.Result.SpanCount, scanned.Result.RejectedSpans));
        Assert.Equal(new ExportTraceServiceRequest { ResourceSpans = { good, good, good } }.ToByteArray(), scanned.Cut);
        Assert.Equal([(0, 0), (1, 0), (3, 1), (4, 1), (7, 2), (8, 2)], scanned.Spans.Select(span => (span.Header.SpanIndex, (int)span.Header.ResourceIndex)));
        Assert.Equal(3, scanned.Resources.Count);
    }

    [Fact]
    public void A_resource_without_spans_is_cut_out_too_when_a_string_of_it_is_not_UTF8()
    {
        var good = Request(Span()).ResourceSpans[0];
        var bad = new ResourceSpans { Resource = new Resource { Attributes = { Attribute("service.name", "@marker@") } } };

        var scanned = ScanHarness.Scan(Spoil(new ExportTraceServiceRequest { ResourceSpans = { bad, good } }));

        Assert.Equal((1, 0, true), (scanned.Result.SpanCount, scanned.Result.RejectedSpans, scanned.Result.NeedsCut));
        Assert.Equal(new ExportTraceServiceRequest { ResourceSpans = { good } }.ToByteArray(), scanned.Cut);
    }

    [Fact]
    public void A_rejected_span_does_not_move_the_latest_end_of_its_resource()
    {
        var bad = Span();
        bad.EndTimeUnixNano = 900;
        bad.SpanId = ByteString.Empty;
        var good = Span();
        good.EndTimeUnixNano = 500;

        Assert.Equal(500, Assert.Single(ScanHarness.Scan(Request(good, bad)).Resources).LatestEnd);
    }

    [Fact]
    public void What_remains_keeps_its_bytes_and_enclosing_lengths_shrink()
    {
        var large = Span(attributes: Attribute("k", new string('x', 300)));
        large.SpanId = ByteString.Empty;
        var kept = Span(attributes: Attribute("k", "v"));
        var bytes = Request(large, kept).ToByteArray();

        var scanned = ScanHarness.Scan(bytes);

        Assert.Equal(Request(kept).ToByteArray(), scanned.Cut);
        Assert.True(bytes.AsSpan().IndexOf(kept.ToByteArray()) > 0 && scanned.Cut.AsSpan().IndexOf(kept.ToByteArray()) > 0);
    }

    // Negative: that many zero bytes.
    private static ByteString Id(int length) =>
        ByteString.CopyFrom([.. Enumerable.Repeat((byte)(length < 0 ? 0 : 7), Math.Abs(length))]);

    private static byte[] Spoil(ExportTraceServiceRequest request)
    {
        var bytes = request.ToByteArray();
        for (var rest = bytes.AsSpan(); rest.IndexOf("@marker@"u8) is var at and >= 0; rest = rest[at..])
            rest[at] = 0xFF;
        return bytes;
    }
}
