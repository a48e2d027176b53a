using System.Buffers.Binary;
using System.Text;
using Baton.Continuity.Scan;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Synthesize;

/// <summary>
/// Writes one OTLP span after another (trace.proto, Span) as bytes, attribute by attribute; what is not known is left out.
/// Of a mass of deadlines a million are made in seconds: nothing is allocated but the bytes that are asked for.
/// SpanWriter.Values.cs: how values are written.
/// </summary>
internal sealed partial class SpanWriter
{
    private byte[] _buffer = new byte[1024];
    private int _length;
    private TraceId _linkedTrace;
    private SpanId _linkedSpan;

    /// <summary>Begins a span of kind INTERNAL.</summary>
    /// <param name="traceId">Its trace.</param>
    /// <param name="spanId">Its id.</param>
    /// <param name="parent">The span that it hangs below.</param>
    /// <param name="name">Its name.</param>
    /// <param name="start">Unix nanoseconds.</param>
    /// <param name="end">Unix nanoseconds; one before the start counts as the start.</param>
    public SpanWriter Begin(TraceId traceId, SpanId spanId, SpanId parent, string name, long start, long end)
    {
        (_length, _linkedTrace, _linkedSpan) = (0, default, default);
        Put(Span.TraceIdFieldNumber, traceId);
        Put(Span.SpanIdFieldNumber, spanId);
        Put(Span.ParentSpanIdFieldNumber, parent);
        Tag(Span.NameFieldNumber, Wire.Length);
        PutText(name);
        Tag(Span.KindFieldNumber, Wire.Varint);
        Varint((ulong)Span.Types.SpanKind.Internal);
        Tag(Span.StartTimeUnixNanoFieldNumber, Wire.Fixed64);
        Fixed((ulong)start);
        Tag(Span.EndTimeUnixNanoFieldNumber, Wire.Fixed64);
        Fixed((ulong)Math.Max(start, end));
        return this;
    }

    /// <summary>The span that it links to; the last one counts.</summary>
    public SpanWriter WithLink(TraceId traceId, SpanId spanId)
    {
        (_linkedTrace, _linkedSpan) = (traceId, spanId);
        return this;
    }

    /// <summary>Ends a span that says nothing of success.</summary>
    /// <returns>Its bytes.</returns>
    public byte[] End()
    {
        PutLink();
        return _buffer.AsSpan(0, _length).ToArray();
    }

    /// <summary>Ends a span with its status.</summary>
    /// <param name="code">The code.</param>
    /// <param name="message">What went wrong; null for nothing.</param>
    /// <returns>Its bytes.</returns>
    public byte[] End(Status.Types.StatusCode code, string? message = null)
    {
        PutLink();
        Tag(Span.StatusFieldNumber, Wire.Length);
        Varint((ulong)(2 + (message is null ? 0 : LengthOf(Encoding.UTF8.GetByteCount(message)))));
        if (message is not null)
        {
            Tag(Status.MessageFieldNumber, Wire.Length);
            PutText(message);
        }
        Tag(Status.CodeFieldNumber, Wire.Varint);
        Varint((ulong)code);
        return _buffer.AsSpan(0, _length).ToArray();
    }

    private void PutLink()
    {
        if (!_linkedTrace.IsZero && !_linkedSpan.IsZero)
        {
            Tag(Span.LinksFieldNumber, Wire.Length);
            Varint((ulong)(LengthOf(TraceId.Length) + LengthOf(SpanId.Length)));
            Put(Span.Types.Link.TraceIdFieldNumber, _linkedTrace);
            Put(Span.Types.Link.SpanIdFieldNumber, _linkedSpan);
        }
    }

    private void Put(int field, TraceId id)
    {
        Tag(field, Wire.Length);
        Varint(TraceId.Length);
        id.WriteTo(Reserve(TraceId.Length));
    }

    private void Put(int field, SpanId id)
    {
        Tag(field, Wire.Length);
        Varint(SpanId.Length);
        id.WriteTo(Reserve(SpanId.Length));
    }

    private void Fixed(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);

    // All fields of these messages have numbers below 16: a tag is one byte.
    private void Tag(int field, Wire type) => Reserve(1)[0] = (byte)(field << 3 | (int)type);

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Reserve(1)[0] = (byte)(value | 0x80);
        }
        Reserve(1)[0] = (byte)value;
    }

    private void PutText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(text, Reserve(length));
    }

    /// <summary>Bytes of a length-delimited field, its tag and its length included.</summary>
    private static int LengthOf(int content)
    {
        var length = 2 + content;
        for (var left = content >> 7; left > 0; left >>= 7)
        {
            length++;
        }
        return length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }

    private enum Wire
    {
        Varint = 0,
        Fixed64 = 1,
        Length = 2,
    }
}
