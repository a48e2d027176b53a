using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Synthesize;

/// <summary>Ordinary OTLP spans, attribute by attribute; what is not known is left out.</summary>
internal static class SpanBuilder
{
    private const long NanosPerSecond = 1_000_000_000;

    public static ByteString Bytes(TraceId id)
    {
        var bytes = new byte[TraceId.Length];
        id.WriteTo(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ByteString Bytes(SpanId id)
    {
        var bytes = new byte[SpanId.Length];
        id.WriteTo(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static Span WithLink(this Span span, TraceId traceId, SpanId spanId)
    {
        if (!traceId.IsZero && !spanId.IsZero)
        {
            span.Links.Add(new Span.Types.Link { TraceId = Bytes(traceId), SpanId = Bytes(spanId) });
        }
        return span;
    }

    public static Span With(this Span span, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            span.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { StringValue = value } });
        }
        return span;
    }

    public static Span With(this Span span, string key, ReadOnlySpan<byte> utf8) => span.With(key, Encoding.UTF8.GetString(utf8));

    public static Span With(this Span span, string key, long value)
    {
        span.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { IntValue = value } });
        return span;
    }

    /// <summary>An array of strings; left out where it is empty.</summary>
    public static Span With(this Span span, string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            var array = new ArrayValue();
            array.Values.AddRange(values.Select(value => new AnyValue { StringValue = value }));
            span.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { ArrayValue = array } });
        }
        return span;
    }

    /// <summary>A duration in seconds; left out where it is not known (negative).</summary>
    public static Span WithSeconds(this Span span, string key, long nanos)
    {
        if (nanos >= 0)
        {
            span.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { DoubleValue = (double)nanos / NanosPerSecond } });
        }
        return span;
    }

    /// <summary>A point in time as RFC 3339, UTC, with as many decimals as it needs; left out where it is 0.</summary>
    public static Span WithTime(this Span span, string key, long unixNanos) => unixNanos <= 0 ? span : span.With(key, Rfc3339(unixNanos));

    public static string Rfc3339(long unixNanos)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(unixNanos / NanosPerSecond).UtcDateTime;
        var text = second.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var fraction = (unixNanos % NanosPerSecond).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return fraction.Length == 0 ? text + "Z" : $"{text}.{fraction}Z";
    }

    /// <summary>A resource from the texts of its event record; the names that were not given are left out.</summary>
    public static Resource ResourceOf(ReadOnlySpan<byte> texts)
    {
        var resource = new Resource();
        foreach (var (kind, value) in Texts(texts))
        {
            var key = kind switch
            {
                TextKind.ServiceName => "service.name",
                TextKind.ServiceNamespace => "service.namespace",
                TextKind.ServiceInstance => "service.instance.id",
                _ => "deployment.environment.name",
            };
            resource.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { StringValue = value } });
        }
        return resource;
    }

    /// <summary>One text of those that were interned together; empty where it was not given.</summary>
    public static string TextOf(ReadOnlySpan<byte> texts, TextKind kind) => Encoding.UTF8.GetString(BytesOf(texts, kind));

    /// <summary>The UTF-8 bytes of <see cref="TextOf"/>.</summary>
    public static ReadOnlySpan<byte> BytesOf(ReadOnlySpan<byte> texts, TextKind kind)
    {
        while (!texts.IsEmpty)
        {
            var head = MemoryMarshal.Read<EventText>(texts);
            var value = texts.Slice(Unsafe.SizeOf<EventText>(), head.Length);
            if (head.Kind == kind)
            {
                return value;
            }
            texts = texts[(Unsafe.SizeOf<EventText>() + head.Length)..];
        }
        return default;
    }

    private static List<(TextKind Kind, string Value)> Texts(ReadOnlySpan<byte> texts)
    {
        var found = new List<(TextKind, string)>();
        while (!texts.IsEmpty)
        {
            var head = MemoryMarshal.Read<EventText>(texts);
            found.Add((head.Kind, Encoding.UTF8.GetString(texts.Slice(Unsafe.SizeOf<EventText>(), head.Length))));
            texts = texts[(Unsafe.SizeOf<EventText>() + head.Length)..];
        }
        return found;
    }
}
