using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using static Baton.Continuity.Tests.Scan.ScanHarness;

namespace Baton.Continuity.Tests.Scan;

/// <summary>Bytes that are no request: what is said of them, and where. The generated parser refuses every one of them too.</summary>
public class BadInputTests
{
    [Theory]
    [InlineData("0A", 1, "a field is cut off by the end of its message")]
    [InlineData("0A80", 2, "a field is cut off by the end of its message")]
    [InlineData("8A", 1, "a field is cut off by the end of its message")]
    [InlineData("0A 02 10 80", 4, "a field is cut off by the end of its message")]
    [InlineData("0A 04 12 02 12 80", 6, "a field is cut off by the end of its message")]
    [InlineData("0A 03 09 01 02 03 04 05 06 07 08", 3, "a field is cut off by the end of its message")]
    [InlineData("0D 01 02 03", 1, "a field is cut off by the end of its message")]
    [InlineData("0A 05 00", 1, "a length runs past the end of its message")]
    [InlineData("0A 03 12 02 00", 3, "a length runs past the end of its message")]
    [InlineData("0A FF FF FF FF 0F", 1, "a length runs past the end of its message")]
    [InlineData("0A FF FF FF FF FF FF FF FF FF 01", 1, "a length runs past the end of its message")]
    [InlineData("10 80 80 80 80 80 80 80 80 80 80 00", 1, "a varint has more than ten bytes")]
    [InlineData("8A 80 80 80 80 80 80 80 80 80 00 00", 0, "a varint has more than ten bytes")]
    [InlineData("00", 1, "field number 0")]
    [InlineData("02 00", 1, "field number 0")]
    [InlineData("0A 02 00 00", 3, "field number 0")]
    [InlineData("0E", 1, "a wire type that protobuf does not have")]
    [InlineData("0F", 1, "a wire type that protobuf does not have")]
    [InlineData("0C", 1, "the end of a group that did not begin")]
    [InlineData("0A 01 0C", 3, "the end of a group that did not begin")]
    [InlineData("1B 24", 2, "the end of a group that did not begin")]
    [InlineData("1B 08 01", 3, "a group without its end")]
    [InlineData("0A 02 1B 08 1C", 4, "a field is cut off by the end of its message")]
    public void What_is_not_protobuf_is_refused_with_its_place(string hex, int offset, string reason)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        var scanned = ScanHarness.Scan(bytes);

        Assert.Equal(new ScanFault(offset, reason), scanned.Result.Fault);
        Assert.False(scanned.Result.IsOk);
        Assert.Empty(scanned.Resources);
        Assert.ThrowsAny<Exception>(() => ExportTraceServiceRequest.Parser.ParseFrom(bytes));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0A 00", 0)]
    [InlineData("0A 80 80 80 80 80 80 80 80 80 01", 0)]
    [InlineData("8A 80 80 80 80 80 80 80 80 00 00", 0)]
    [InlineData("08 05", 0)]
    [InlineData("0B 0A 00 0C", 0)]
    [InlineData("1B 08 01 15 01 02 03 04 19 01 02 03 04 05 06 07 08 22 01 FF 1C", 0)]
    [InlineData("FA FF FF FF 0F 03 FF FF FF", 0)]
    [InlineData("0A 04 12 02 12 00", 1)]
    public void Odd_protobuf_is_protobuf_and_passes_as_it_is(string hex, int spans)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        var scanned = ScanHarness.Scan(bytes);

        Assert.Null(scanned.Result.Fault);
        Assert.Equal(spans, scanned.Result.SpanCount);
        Assert.NotNull(ExportTraceServiceRequest.Parser.ParseFrom(bytes));
    }

    [Theory]
    [InlineData(46)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(50)]
    [InlineData(10_000)]
    public void Values_nest_as_deep_as_the_generated_parser_lets_them(int depth)
    {
        var bytes = Nested(depth);

        var fault = ScanHarness.Scan(bytes).Result.Fault;

        var parses = Record.Exception(() => ExportTraceServiceRequest.Parser.ParseFrom(bytes)) is null;
        Assert.Equal(parses, depth <= 47);
        Assert.Equal(parses, fault is null);
        Assert.Equal(parses ? null : "nested deeper than 100 messages", fault?.Reason);
    }

    [Fact]
    public void Groups_nest_no_deeper_than_messages()
    {
        static byte[] Groups(int depth) => [.. Enumerable.Repeat((byte)0x1B, depth), .. Enumerable.Repeat((byte)0x1C, depth)];

        Assert.Null(ScanHarness.Scan(Groups(100)).Result.Fault);
        Assert.Equal("nested deeper than 100 messages", ScanHarness.Scan(Groups(101)).Result.Fault?.Reason);
        Assert.Equal("nested deeper than 100 messages", ScanHarness.Scan(Groups(1_000_000)).Result.Fault?.Reason);
    }

    [Fact]
    public void Nothing_of_a_request_is_taken_when_its_last_byte_is_missing()
    {
        var bytes = Request(Span(), Span()).ToByteArray();

        using var events = new EventWriter();
        var scanner = new SpanScanner(ScanPlan.Create(BuiltIn));
        Assert.NotNull(scanner.Scan(bytes.AsSpan(..^1), events).Fault);

        Assert.True(events.Written.IsEmpty);
        Assert.True(scanner.Rejected.IsEmpty);
        Assert.Equal(new ScanResult(null, 2, 0, null), scanner.Scan(bytes, events));
    }

    [Fact]
    public void A_fault_says_what_and_where() =>
        Assert.Equal("not an ExportTraceServiceRequest: field number 0 (at byte 1)", ScanHarness.Scan([0]).Result.Fault!.ToString());

    [Fact]
    public void Parts_without_end_to_reject_are_refused_whole_instead_of_listed()
    {
        // A bad span and an unknown field, again and again, in one scope.
        byte[] pair = [0x12, 0x00, 0x20, 0x00];
        byte[] Body(int pairs) => [.. Enumerable.Repeat(pair, pairs).SelectMany(bytes => bytes)];

        Assert.Equal(65_536, ScanHarness.Scan(Wrapped(Body(65_536))).Rejected.Length);
        var fault = ScanHarness.Scan(Wrapped(Body(65_537))).Result.Fault;
        Assert.StartsWith("more than 65536 separate parts are bad; 65537 spans rejected", fault?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_spans_side_by_side_are_one_part()
    {
        var scanned = ScanHarness.Scan(Wrapped([.. Enumerable.Repeat(new byte[] { 0x12, 0x00 }, 100_000).SelectMany(bytes => bytes)]));

        Assert.Equal((100_000, 100_000), (scanned.Result.SpanCount, scanned.Result.RejectedSpans));
        Assert.Single(scanned.Rejected);
        Assert.Equal("0A-02-12-00", BitConverter.ToString(scanned.Cut));
    }

    // A scope's fields, in one ResourceSpans and one ScopeSpans.
    private static byte[] Wrapped(byte[] scope) =>
        Message(0x0A, Message(0x12, scope));

    // A span with one attribute whose value is `depth` arrays in each other.
    private static byte[] Nested(int depth)
    {
        byte[] value = [];
        for (var i = 0; i < depth; i++)
        {
            value = Message(0x2A, Message(0x0A, value));
        }
        var span = Span().ToByteArray();
        return Wrapped(Message(0x12, [.. span, .. Message(0x4A, Message(0x12, value))]));
    }

    private static byte[] Message(byte tag, byte[] body)
    {
        using var stream = new MemoryStream();
        var output = new CodedOutputStream(stream);
        output.WriteRawTag(tag);
        output.WriteBytes(ByteString.CopyFrom(body));
        output.Flush();
        return stream.ToArray();
    }
}
