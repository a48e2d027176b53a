using System.Globalization;
using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Forward;

/// <summary>Spans as a person reads them: a line each, and below it what else is known.</summary>
internal static class SpanText
{
    private const string Indent = "      ";
    private const long NanosPerTick = 100;

    /// <summary>Appends every span of a serialized ExportTraceServiceRequest, each begun with <paramref name="mark"/>.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are none; what was readable has not been appended.</exception>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> request, string mark)
    {
        foreach (var resourceSpans in ExportTraceServiceRequest.Parser.ParseFrom(request).ResourceSpans)
        {
            var sender = SenderOf(resourceSpans.Resource);
            foreach (var scopeSpans in resourceSpans.ScopeSpans)
            {
                foreach (var span in scopeSpans.Spans) Append(text.Append(mark), span, sender);
            }
        }
    }

    private static void Append(StringBuilder text, Span span, string sender)
    {
        text.Append(CultureInfo.InvariantCulture, $"{span.Name} ({KindOf(span)}, {sender}) {StatusOf(span)}").AppendLine();
        text.Append(Indent).Append(CultureInfo.InvariantCulture, $"trace {Hex(span.TraceId)} span {Hex(span.SpanId)}");
        if (span.ParentSpanId.Span.ContainsAnyExcept((byte)0)) text.Append(" parent ").Append(Hex(span.ParentSpanId));
        text.AppendLine();
        text.Append(Indent).Append(CultureInfo.InvariantCulture, $"{Time(span.StartTimeUnixNano)} for {Seconds(span)} s").AppendLine();
        foreach (var attribute in span.Attributes)
            text.Append(Indent).Append(attribute.Key).Append(" = ").AppendLine(ValueOf(attribute.Value));
        foreach (var link in span.Links)
            text.Append(Indent).Append(CultureInfo.InvariantCulture, $"link to trace {Hex(link.TraceId)} span {Hex(link.SpanId)}").AppendLine();
    }

    private static string SenderOf(Resource? resource)
    {
        var name = resource?.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value?.StringValue;
        return string.IsNullOrEmpty(name) ? "no service.name" : name;
    }

    private static string KindOf(Span span) => span.Kind.ToString().ToLowerInvariant();

    private static string StatusOf(Span span) => span.Status is { Code: not Status.Types.StatusCode.Unset } status
        ? (status.Code.ToString().ToUpperInvariant() + " " + status.Message).TrimEnd()
        : "UNSET";

    // A time beyond what a calendar holds is as wrong as it looks.
    private static string Time(ulong unixNanos)
    {
        var ticks = Math.Min((long)(unixNanos / NanosPerTick), (DateTime.MaxValue - DateTime.UnixEpoch).Ticks);
        return DateTime.UnixEpoch.AddTicks(ticks).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    private static string Seconds(Span span)
    {
        // An end before the start shows as what it is: negative.
        var nanos = unchecked((long)(span.EndTimeUnixNano - span.StartTimeUnixNano));
        return (nanos / 1e9).ToString("0.000######", CultureInfo.InvariantCulture);
    }

    private static string ValueOf(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        _ => value?.ToString() ?? "",
    };

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
