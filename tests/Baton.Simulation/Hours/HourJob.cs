using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Simulation.Hours;

/// <summary>A kind of job: who publishes, who works, and what is usual. Durations in seconds.</summary>
internal sealed record HourRelay(string Name, string Producer, string Worker, string Destination, double EverySeconds, double WakeUp, double Work, int Instances)
{
    public string Produce => $"produce.{Name}";
}

/// <summary>One job of the hour: its spans, each to be sent when it has ended.</summary>
internal sealed class HourJob(HourRelay relay, Random random, int number, double publishedAt)
{
    private readonly ByteString _trace = Id(random, 16);
    private readonly ByteString _producing = Id(random, 8);

    /// <summary>When it is picked up, in seconds after its publication; null: never.</summary>
    public double? WakeUp { get; init; } = relay.WakeUp * (0.6 + random.NextDouble() * 0.9);

    /// <summary>How long the work takes; null: it is never done.</summary>
    public double? Work { get; init; } = relay.Work * (0.6 + random.NextDouble() * random.NextDouble() * 1.6);

    /// <summary>The worker gets no context.</summary>
    public bool ContextIsDropped { get; init; }

    /// <summary>The worker's instance.</summary>
    public string Instance { get; init; } = $"{relay.Worker.Split('-')[0]}-{random.Next(relay.Instances) + 1}";

    /// <summary>Its spans with the second of the hour in which each ends, and the resource that sends it.</summary>
    /// <param name="begin">The hour's begin, Unix nanoseconds.</param>
    public IEnumerable<(double At, Resource From, Span Span)> Spans(long begin)
    {
        yield return (publishedAt, From(relay.Producer, $"{relay.Producer}-1"), Of(begin, relay.Produce, Span.Types.SpanKind.Producer, _trace, _producing, null, publishedAt - 0.01, publishedAt));
        if (WakeUp is not { } wakeUp) yield break;
        var trace = ContextIsDropped ? Id(random, 16) : _trace;
        var parent = ContextIsDropped ? null : _producing;
        var picked = publishedAt + wakeUp;
        var worker = From(relay.Worker, Instance);
        var wake = Id(random, 8);
        yield return (picked + 0.005, worker, Of(begin, "worker.ack_wake", Span.Types.SpanKind.Internal, trace, wake, parent, picked, picked + 0.005));
        if (Work is not { } work) yield break;
        // Work in pieces of at most half a minute, as a worker that reports its steps: how busy it is, is known while it works.
        for (var step = 0.0; step < work; step += 30)
        {
            var end = Math.Min(work, step + 30);
            yield return (picked + end, worker, Of(begin, "render.step", Span.Types.SpanKind.Consumer, trace, Id(random, 8), wake, picked + step, picked + end, "process"));
        }
        yield return (picked + work, worker, Of(begin, "worker.complete", Span.Types.SpanKind.Internal, trace, Id(random, 8), wake, picked + work, picked + work));
    }

    private static ByteString Id(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private Span Of(
        long begin, string name, Span.Types.SpanKind kind, ByteString trace, ByteString id, ByteString? parent, double from, double to, string operation = "send") => new()
        {
            TraceId = trace,
            SpanId = id,
            ParentSpanId = parent ?? ByteString.Empty,
            Name = name,
            Kind = kind,
            StartTimeUnixNano = (ulong)(begin + (long)(from * 1e9)),
            EndTimeUnixNano = (ulong)(begin + (long)(to * 1e9)),
            Attributes =
            {
                Text("messaging.system", "rabbitmq"), Text("messaging.destination.name", relay.Destination), Text("messaging.message.id", $"{relay.Name}-{number}"),
                Text("messaging.operation.type", operation),
            },
        };

    private static Resource From(string service, string instance) => new() { Attributes = { Text("service.name", service), Text("service.instance.id", instance) } };

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
