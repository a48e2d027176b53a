using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;
using static OpenTelemetry.Proto.Trace.V1.Span.Types;

namespace Baton.Testing.Engine;

/// <summary>A span as a test tells it: short ids, times in seconds after the story's beginning.</summary>
public sealed record SpanSpec(string Name, Span.Types.SpanKind Kind, double Start, double End)
{
    public string Trace { get; init; } = "t1";

    public string Id { get; init; } = "";

    public string Parent { get; init; } = "";

    public string Service { get; init; } = "api";

    public string Instance { get; init; } = "";

    public bool Error { get; init; }

    public string[] Events { get; init; } = [];

    /// <summary>Links as `trace/span`; `0/0` is a link of zeros.</summary>
    public string[] Links { get; init; } = [];

    public Dictionary<string, object> Attributes { get; init; } = [];

    public static SpanSpec Producer(string name, double start, double end) => new(name, Span.Types.SpanKind.Producer, start, end);

    public static SpanSpec Consumer(string name, double start, double end) =>
        new(name, Span.Types.SpanKind.Consumer, start, end) { Service = "worker" };

    public static SpanSpec Internal(string name, double start, double end) =>
        new(name, Span.Types.SpanKind.Internal, start, end) { Service = "worker" };

    public SpanSpec As(string id) => this with { Id = id };

    public SpanSpec Under(string parent) => this with { Parent = parent };

    public SpanSpec In(string trace) => this with { Trace = trace };

    public SpanSpec LinkedTo(params string[] links) => this with { Links = links };

    public SpanSpec From(string service) => this with { Service = service };

    public SpanSpec With(string key, object value) => this with { Attributes = new(Attributes) { [key] = value } };

    public SpanSpec Failed() => this with { Error = true };

    internal Span ToSpan(long epoch)
    {
        var span = new Span
        {
            TraceId = Ids.Trace(Trace),
            SpanId = Ids.Span(Id.Length > 0 ? Id : Name),
            ParentSpanId = Parent.Length > 0 ? Ids.Span(Parent) : ByteString.Empty,
            Name = Name,
            Kind = Kind,
            StartTimeUnixNano = (ulong)(epoch + Nanos(Start)),
            EndTimeUnixNano = (ulong)(epoch + Nanos(End)),
        };
        if (Error)
        {
            span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "boom" };
        }
        foreach (var link in Links)
        {
            var parts = link.Split('/');
            span.Links.Add(new Link { TraceId = Ids.Trace(parts[0]), SpanId = Ids.Span(parts[1]) });
        }
        foreach (var name in Events)
        {
            span.Events.Add(new Event { Name = name, TimeUnixNano = span.EndTimeUnixNano });
        }
        foreach (var (key, value) in Attributes)
        {
            span.Attributes.Add(new KeyValue { Key = key, Value = ValueOf(value) });
        }
        return span;
    }

    internal static long Nanos(double seconds) => (long)Math.Round(seconds * 1e9);

    private static AnyValue ValueOf(object value) => value switch
    {
        string text => new AnyValue { StringValue = text },
        bool truth => new AnyValue { BoolValue = truth },
        double number => new AnyValue { DoubleValue = number },
        _ => new AnyValue { IntValue = Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) },
    };
}
