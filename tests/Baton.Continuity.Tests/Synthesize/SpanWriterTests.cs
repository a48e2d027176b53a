using System.Text;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;
using static OpenTelemetry.Proto.Trace.V1.Status.Types;

namespace Baton.Continuity.Tests.Synthesize;

/// <summary>What is written by hand is what the generated code writes, byte by byte.</summary>
public class SpanWriterTests
{
    private readonly SpanWriter _writer = new();

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(70_000)]
    public void A_span_is_what_the_generated_code_writes(int length)
    {
        var text = new string('é', length);
        var expected = Expected("job");
        expected.Attributes.Add(new KeyValue { Key = "text", Value = new AnyValue { StringValue = text } });
        expected.Attributes.Add(new KeyValue { Key = "bytes", Value = new AnyValue { StringValue = text } });
        expected.Attributes.Add(new KeyValue { Key = "number", Value = new AnyValue { IntValue = length } });
        expected.Attributes.Add(new KeyValue { Key = "seconds", Value = new AnyValue { DoubleValue = 1.5 } });
        var list = new ArrayValue { Values = { new AnyValue { StringValue = text }, new AnyValue { StringValue = "b" } } };
        expected.Attributes.Add(new KeyValue { Key = "list", Value = new AnyValue { ArrayValue = list } });
        expected.Links.Add(new Span.Types.Link { TraceId = Bytes(16, 7), SpanId = Bytes(8, 8) });
        expected.Status = new Status { Code = StatusCode.Error, Message = text };

        Begin("job").With("text"u8, text).With("bytes"u8, Encoding.UTF8.GetBytes(text)).With("number"u8, length).WithSeconds("seconds"u8, 1_500_000_000)
            .With("list"u8, (string[])[text, "b"]).WithLink(new TraceId(0, 7), new SpanId(8));

        Assert.Equal(expected.ToByteArray(), _writer.End(StatusCode.Error, text));
    }

    [Fact]
    public void What_is_not_known_is_left_out()
    {
        Begin("job").With("text"u8, (string?)null).With("text"u8, "").With("bytes"u8, ReadOnlySpan<byte>.Empty).With("list"u8, (string[])[])
            .WithSeconds("seconds"u8, -1).WithTime("at"u8, 0).WithLink(default, new SpanId(1));

        Assert.Equal(Expected("job").ToByteArray(), _writer.End());
    }

    [Fact]
    public void Nothing_of_one_span_is_left_in_the_next()
    {
        Begin("first").With("text"u8, "a").WithLink(new TraceId(0, 7), new SpanId(8));
        _writer.End(StatusCode.Error, "failed");

        Begin("second");
        var expected = Expected("second");
        expected.Status = new Status { Code = StatusCode.Ok };
        Assert.Equal(expected.ToByteArray(), _writer.End(StatusCode.Ok));
    }

    [Fact]
    public void What_is_no_text_becomes_one()
    {
        Begin("job").With("bytes"u8, [(byte)'a', 0xFF, (byte)'b']);

        Assert.Equal("a\uFFFDb", Span.Parser.ParseFrom(_writer.End()).Attributes[0].Value.StringValue);
    }

    [Theory]
    [InlineData(1_772_334_300_000_000_000, "2026-03-01T03:05:00Z")]
    [InlineData(1_772_334_300_500_000_000, "2026-03-01T03:05:00.5Z")]
    [InlineData(1_772_334_300_000_000_001, "2026-03-01T03:05:00.000000001Z")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775807Z")]
    public void A_time_has_as_many_decimals_as_it_needs(long unixNanos, string expected)
    {
        Begin("job").WithTime("at"u8, unixNanos);

        Assert.Equal(expected, Span.Parser.ParseFrom(_writer.End()).Attributes[0].Value.StringValue);
    }

    private SpanWriter Begin(string name) => _writer.Begin(new TraceId(0, 1), new SpanId(2), new SpanId(3), name, 100, 50);

    private static Span Expected(string name) => new()
    {
        TraceId = Bytes(16, 1),
        SpanId = Bytes(8, 2),
        ParentSpanId = Bytes(8, 3),
        Name = name,
        Kind = Span.Types.SpanKind.Internal,
        StartTimeUnixNano = 100,
        EndTimeUnixNano = 100,
    };

    private static ByteString Bytes(int length, byte last)
    {
        var bytes = new byte[length];
        bytes[^1] = last;
        return ByteString.CopyFrom(bytes);
    }
}
