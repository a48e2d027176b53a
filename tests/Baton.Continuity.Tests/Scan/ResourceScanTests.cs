using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Continuity.Tests.Scan.ScanHarness;

namespace Baton.Continuity.Tests.Scan;

/// <summary>Resources and scopes, in whatever order and pieces they come.</summary>
public class ResourceScanTests
{
    private static readonly ResourceSpans Named = new() { Resource = new Resource { Attributes = { Attribute("service.name", "late") } } };
    private static readonly ResourceSpans Spans = new() { ScopeSpans = { new ScopeSpans { Spans = { Span() } } } };

    [Fact]
    public void A_resource_after_its_spans_is_theirs()
    {
        var scanned = ScanHarness.Scan(Concatenated(Spans, Named), Options(Relay("r", acknowledge: "resource.attributes[\"service.name\"] == \"late\"")));

        Assert.Equal("late", Assert.Single(scanned.Resources)[TextKind.ServiceName]);
        Assert.Single(Assert.Single(scanned.Spans).Roles);
    }

    [Fact]
    public void A_resource_in_two_pieces_is_one_and_a_repeated_key_keeps_its_first_value()
    {
        var more = new ResourceSpans { Resource = new Resource { Attributes = { Attribute("service.name", "second"), Attribute("service.namespace", "shop") } } };

        var resource = Assert.Single(ScanHarness.Scan(Concatenated(Named, Spans, more)).Resources);

        Assert.Equal(("late", "shop"), (resource[TextKind.ServiceName], resource[TextKind.ServiceNamespace]));
    }

    [Fact]
    public void A_scope_after_its_spans_is_theirs_and_its_last_name_counts()
    {
        var first = new ScopeSpans { Scope = new InstrumentationScope { Name = "first" }, Spans = { Span() } };
        var last = new ScopeSpans { Scope = new InstrumentationScope { Name = "last", Version = "1" } };
        byte[] scope = [.. first.ToByteArray(), .. last.ToByteArray()];
        byte[] resource = [0x12, (byte)scope.Length, .. scope];
        byte[] request = [0x0A, (byte)resource.Length, .. resource];

        var scanned = ScanHarness.Scan(request, Options(Relay("r", acknowledge: "scope.name == \"last\"")));

        Assert.Single(Assert.Single(scanned.Spans).Roles);
    }

    [Fact]
    public void A_scope_does_not_inherit_the_name_of_the_one_before()
    {
        var request = new ExportTraceServiceRequest
        {
            ResourceSpans =
            {
                new ResourceSpans
                {
                    ScopeSpans =
                    {
                        new ScopeSpans { Scope = new InstrumentationScope { Name = "named" }, Spans = { Span() } },
                        new ScopeSpans { Spans = { Span() } },
                    },
                },
            },
        };

        var scanned = ScanHarness.Scan(request, Options(Relay("r", acknowledge: "scope.name == \"named\"")));

        Assert.Equal([1, 0], scanned.Spans.Select(span => span.Roles.Length));
    }

    [Fact]
    public void A_resource_is_told_even_without_a_span_that_has_a_role()
    {
        var idle = Span(OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Internal);
        idle.EndTimeUnixNano = 77;

        var scanned = ScanHarness.Scan(Request(idle));

        Assert.Empty(scanned.Spans);
        Assert.Equal(77, Assert.Single(scanned.Resources).LatestEnd);
    }

    [Theory]
    [InlineData(TextKind.ServiceName, "service.name")]
    [InlineData(TextKind.ServiceNamespace, "service.namespace")]
    [InlineData(TextKind.ServiceInstance, "service.instance.id")]
    [InlineData(TextKind.Environment, "deployment.environment.name")]
    [InlineData(TextKind.Environment, "deployment.environment")]
    public void A_resources_names_are_read(TextKind kind, string key) =>
        Assert.Equal("v", Assert.Single(ScanHarness.Scan(new ExportTraceServiceRequest
        {
            ResourceSpans = { new ResourceSpans { Resource = new Resource { Attributes = { Attribute("x", 1), Attribute(key, "v") } } } },
        }).Resources)[kind]);

    [Fact]
    public void Resources_beyond_what_an_index_holds_share_a_nameless_one()
    {
        var resource = Request(Span()).ResourceSpans[0];
        resource.Resource = new Resource { Attributes = { Attribute("service.name", "s") } };
        var request = new ExportTraceServiceRequest { ResourceSpans = { Enumerable.Repeat(resource, 65_538) } };

        var scanned = ScanHarness.Scan(request);

        Assert.Equal((65_536, 65_538), (scanned.Resources.Count, scanned.Spans.Count));
        Assert.Equal([65_534, 65_535, 65_535, 65_535], scanned.Spans.TakeLast(4).Select(span => (int)span.Header.ResourceIndex));
        Assert.Equal("s", scanned.Resources[65_534][TextKind.ServiceName]);
        Assert.Empty(scanned.Resources[65_535].Texts);
    }

    [Fact]
    public void A_scan_allocates_nothing_once_it_is_warm()
    {
        var request = new ExportTraceServiceRequest { ResourceSpans = { Enumerable.Repeat(Request(Span(), Span(), Span()).ResourceSpans[0], 50) } }.ToByteArray();
        var options = Options(Relay("r", "IsMatch(name, \"^a.c\")", "attributes[\"k\"] == 1 or parent_span_id == \"abcdef0123456789\"", "HasSuffix(scope.name, \"x\")"), Relay("default"));
        var scanner = new SpanScanner(ScanPlan.Create(options));
        using var events = new EventWriter();

        // The least of several rounds: what the runtime itself may allocate once, while it compiles, is not the scan's.
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            events.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            scanner.Scan(request, events);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    // Messages that follow each other are merged (protobuf.dev, "Encoding", last one wins).
    private static byte[] Concatenated(params ResourceSpans[] parts)
    {
        byte[] body = [.. parts.SelectMany(part => part.ToByteArray())];
        return [0x0A, (byte)body.Length, .. body];
    }
}
