using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using BenchmarkDotNet.Attributes;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Benchmarks.Scan;

/// <summary>A scan of 512 typical spans against the generated parser; times and bytes are per span.</summary>
[MemoryDiagnoser]
public class ScanBenchmarks
{
    internal const int Spans = 512;

    private static readonly EventWriter Events = new();

    private readonly byte[] _request = TypicalRequest.Encode(Spans);
    private readonly SpanScanner _builtIn = new(ScanPlan.Create(Options()));
    private readonly SpanScanner _withHeartbeats = new(ScanPlan.Create(Options(
        Relay("render", null, "name == \"worker.ack_wake\"", null) with { Deadlines = new() { ScheduleToCloseNanos = 1, HeartbeatNanos = 1 } })));
    private readonly SpanScanner _configured = new(ScanPlan.Create(Options(
        Relay("render", "span.kind == SPAN_KIND_PRODUCER and attributes[\"messaging.destination.name\"] == \"render-jobs\"", "IsMatch(name, \"^process render\")", null))));

    /// <summary>The scan with the relays `callback` and `default`.</summary>
    [Benchmark(OperationsPerInvoke = Spans)]
    public int Scan() => Scan(_builtIn);

    /// <summary>The scan with a relay more, whose conditions compare attributes and match a regular expression.</summary>
    [Benchmark(OperationsPerInvoke = Spans)]
    public int ScanWithConditions() => Scan(_configured);

    /// <summary>The scan with a relay that has a heartbeat: spans without a role are recorded as signs of life.</summary>
    [Benchmark(OperationsPerInvoke = Spans)]
    public int ScanWithHeartbeats() => Scan(_withHeartbeats);

    /// <summary>Google.Protobuf's parser: what a receiver does that decodes.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Spans)]
    public ExportTraceServiceRequest GeneratedParser() => ExportTraceServiceRequest.Parser.ParseFrom(_request);

    private int Scan(SpanScanner scanner)
    {
        Events.Clear();
        return scanner.Scan(_request, Events).SpanCount;
    }

    private static ContinuityOptions Options(params RelayDefinition[] relays) => new()
    {
        Relays =
        [
            .. relays,
            Relay("callback", "HasPrefix(name, \"produce.\")", "name == \"worker.ack_wake\"", "name == \"worker.complete\""),
            Relay("default", null, null, null),
        ],
    };

    private static RelayDefinition Relay(string name, string? produce, string? acknowledge, string? complete) => new()
    {
        Name = name,
        Produce = Parse(produce),
        Acknowledge = Parse(acknowledge),
        Complete = Parse(complete),
        Deadlines = new() { ScheduleToCloseNanos = 1 },
    };

    private static Condition? Parse(string? text) => text is null ? null : Condition.Parse(text).Condition;
}
