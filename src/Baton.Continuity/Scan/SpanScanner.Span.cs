namespace Baton.Continuity.Scan;

// Spans and what is in them. Case labels are tags: field number × 8 + wire type (opentelemetry/proto/trace/v1/trace.proto).
public sealed partial class SpanScanner
{
    private static ReadOnlySpan<byte> ExceptionEvent => "exception"u8;

    private static ReadOnlySpan<byte> JobFailedEvent => "job failed"u8;

    private void WalkSpan(ref WireReader wire, EventWriter events, int field)
    {
        var outer = wire.Enter();
        _span.Clear();
        UsualForms.Take(ref wire, _span);
        while (wire.Next(out var tag))
        {
            WalkSpanField(ref wire, tag);
            UsualForms.Take(ref wire, _span);
        }
        var badText = wire.TakeInvalidText();
        if (wire.Fault == WireFault.None)
        {
            TakeSpan(wire, events, new(field, wire.End - field), badText);
        }
        _span.Index++;
        wire.Leave(outer);
    }

    private void TakeSpan(in WireReader wire, EventWriter events, RejectedRange range, int badText)
    {
        if (badText >= 0)
        {
            _rejections.Add(range, SpanRejection.Text, badText);
        }
        else if (_span.ReadIds(wire.Bytes) is var rejection and not SpanRejection.None)
        {
            _rejections.Add(range, rejection, range.Offset);
        }
        else
        {
            _latestEnd = Math.Max(_latestEnd, _span.EndUnixNanos);
            if (_routes is not null)
            {
                _routes.Take(new SpanView(_span, wire.Bytes), range);
                return;
            }
            _roles!.WriteEvent(new SpanView(_span, wire.Bytes), events, (ushort)(Math.Min(_resources, MaxResources) - 1));
        }
    }

    private void WalkSpanField(ref WireReader wire, uint tag)
    {
        switch (tag)
        {
            case 0x0A:
                _span.TraceIdOffset = wire.Block(out _span.TraceIdLength);
                break;
            case 0x12:
                _span.SpanIdOffset = wire.Block(out _span.SpanIdLength);
                break;
            case 0x1A:
                wire.Text(out _);
                break;
            case 0x22:
                _span.ParentSpanIdOffset = wire.Block(out _span.ParentSpanIdLength);
                break;
            case 0x2A:
                _span.NameOffset = wire.Text(out _span.NameLength);
                break;
            case 0x30:
                _span.Kind = (int)wire.Varint();
                break;
            case 0x39:
                _span.Start = wire.Fixed64();
                break;
            case 0x41:
                _span.End = wire.Fixed64();
                break;
            case 0x4A:
                var key = AttributeWalk.KeyValue(ref wire, out var value);
                _span.TakeAttribute(wire.Bytes.Slice(key.Offset, key.Length), value);
                break;
            case 0x5A:
                WalkEvent(ref wire);
                break;
            case 0x6A:
                WalkLink(ref wire);
                break;
            case 0x7A:
                WalkStatus(ref wire);
                break;
            default:
                wire.Skip(tag);
                break;
        }
    }

    private void WalkEvent(ref WireReader wire)
    {
        var outer = wire.Enter();
        var (offset, length) = (0, 0);
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case 0x12:
                    offset = wire.Text(out length);
                    break;
                case 0x1A:
                    AttributeWalk.KeyValue(ref wire, out _);
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
        wire.Leave(outer);
        var name = wire.Bytes.Slice(offset, length);
        _span.HasFailureEvent |= name.SequenceEqual(ExceptionEvent) || name.SequenceEqual(JobFailedEvent);
    }

    private void WalkLink(ref WireReader wire)
    {
        var outer = wire.Enter();
        ReadOnlySpan<byte> trace = default, span = default;
        _linkAttributes.Clear();
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case 0x0A:
                    trace = wire.Bytes.Slice(wire.Block(out var traceLength), traceLength);
                    break;
                case 0x12:
                    span = wire.Bytes.Slice(wire.Block(out var spanLength), spanLength);
                    break;
                case 0x1A:
                    wire.Text(out _);
                    break;
                case 0x22:
                    AttributeWalk.KeyValue(ref wire, _linkAttributes);
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
        wire.Leave(outer);
        if (TraceId.TryRead(trace, out var traceId) && SpanId.TryRead(span, out var spanId))
        {
            var id = _linkAttributes[(int)LinkKey.MessageId];
            _span.Links.Add(new(traceId, spanId), id.Kind != ValueKind.Nil ? id : _linkAttributes[(int)LinkKey.LegacyMessageId]);
        }
    }

    private void WalkStatus(ref WireReader wire)
    {
        var outer = wire.Enter();
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case 0x12:
                    wire.Text(out _);
                    break;
                case 0x18:
                    _span.StatusCode = (int)wire.Varint();
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
        wire.Leave(outer);
    }
}
