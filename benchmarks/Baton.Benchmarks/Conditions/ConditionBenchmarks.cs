using System.Text;
using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using BenchmarkDotNet.Attributes;

namespace Baton.Benchmarks.Conditions;

/// <summary>What one condition costs for one span, apart from the scan: bound to its slots, over a span that meets all but the last part.</summary>
[MemoryDiagnoser]
public class ConditionBenchmarks
{
    private const string Name = "process render-jobs";
    private const string Destination = "render-jobs";

    private readonly byte[] _request = Encoding.UTF8.GetBytes(Name + Destination);
    private SpanFields _fields = null!;
    private Predicate _predicate = null!;

    /// <summary>The condition, as a relay's option gives it.</summary>
    [Params(
        "name == \"worker.complete\"",
        "HasPrefix(name, \"produce.\")",
        "span.kind == SPAN_KIND_CONSUMER and attributes[\"messaging.destination.name\"] == \"render-jobs-dead\"",
        "IsMatch(name, \"^process [a-z]+-images$\")",
        "attributes[\"messaging.destination.name\"] == \"a\" or attributes[\"messaging.destination.name\"] == \"b\" or attributes[\"messaging.destination.name\"] == \"c\"")]
    public string Condition { get; set; } = "";

    /// <summary>Binds the condition, and makes the span.</summary>
    [GlobalSetup]
    public void Bind()
    {
        var plan = ScanPlan.Create(new ContinuityOptions
        {
            Relays = [new RelayDefinition { Name = "relay", Produce = Continuity.Conditions.Condition.Parse(Condition).Condition, Deadlines = new() { ScheduleToCloseNanos = 1 } }],
        });
        _predicate = plan.Bind()[0].Produce!;
        _fields = new SpanFields(plan.SpanKeys, plan.ResourceKeys, synthesized: false, links: 8)
        {
            NameOffset = 0,
            NameLength = Name.Length,
            Kind = (int)SpanKind.Consumer,
        };
        _fields.TakeAttribute("messaging.destination.name"u8, new ScannedValue { Kind = ValueKind.String, Offset = Name.Length, Length = Destination.Length });
    }

    /// <summary>Asks.</summary>
    [Benchmark]
    public bool Matches() => _predicate.Matches(new SpanView(_fields, _request));
}
