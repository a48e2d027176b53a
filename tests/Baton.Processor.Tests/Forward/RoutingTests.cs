using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Tests.Receive;
using Baton.Testing.Sink;
using CsCheck;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Tests.Forward;

/// <summary>Who gets which spans. What is sent stays byte for byte as it came.</summary>
public sealed class RoutingTests
{
    private const string Payments = "resource.attributes[\"service.namespace\"] == \"payments\"";

    [Fact]
    public async Task The_first_route_whose_condition_is_met_takes_a_span_and_the_default_takes_the_rest()
    {
        var routing = Of(["vendor"], ("baton.synthesized", ["alerts"]), (Payments, ["tempo", "vendor"]), ("span.name == \"secret\"", ["vault"]));
        var request = Request(("payments", ["a", "secret"]), ("shop", ["b", "secret", "c"]), ("", ["d"]));

        var got = await ForwardAsync(routing, request);

        Assert.Equal(["a", "secret"], got["tempo"]);
        Assert.Equal(["a", "secret", "b", "c", "d"], got["vendor"]);
        Assert.Equal(["secret"], got["vault"]);
        Assert.Equal(["own"], got["alerts"]);
    }

    [Fact]
    public async Task Metrics_and_logs_take_the_default_route_whole()
    {
        var routing = Of(["vendor"], ("span.name != \"\"", ["tempo"]));
        await using var fixture = new ForwardFixture { Routing = routing };
        var (tempo, vendor) = (new ScriptedExporter(_ => ExportResult.Accepted), new ScriptedExporter(_ => ExportResult.Accepted));
        var forwarders = new[] { fixture.Start(tempo, new ForwarderSettings("tempo")), fixture.Start(vendor, new ForwarderSettings("vendor")) };
        await fixture.AppendAsync([0x0a, 0x00], EntryKind.Metrics, spans: 0);
        await fixture.AppendAsync([0x0a, 0x00], EntryKind.Logs, spans: 0);
        foreach (var forwarder in forwarders) await fixture.DeliveredAsync(forwarder);

        Assert.Empty(tempo.All);
        Assert.Equal(2, vendor.All.Count);
    }

    [Fact]
    public async Task An_empty_list_drops_on_purpose_and_counts()
    {
        var routing = Of([], (Payments, ["tempo"]), ("span.name == \"noise\"", []));
        await using var fixture = new ForwardFixture { Routing = routing };
        var tempo = new ScriptedExporter(_ => ExportResult.Accepted);
        var forwarder = fixture.Start(tempo, new ForwarderSettings("tempo"));
        var discarder = new Discarder(fixture.Journal, Router.OfDropped(new Routes(routing), fixture.Metrics));
        discarder.Start();
        await fixture.AppendAsync(Request(("payments", ["a", "b"]), ("shop", ["noise", "c"])).ToByteArray(), spans: 4);
        await fixture.DeliveredAsync(forwarder);
        while (fixture.Metrics.RoutingDroppedSpans.With().Value < 2) await Task.Delay(5, TestContext.Current.CancellationToken);
        await discarder.DisposeAsync();

        Assert.Equal(2, fixture.Metrics.RoutingDroppedSpans.With().Value);
        Assert.Equal(2, fixture.Metrics.ExporterSentSpans.With("tempo").Value);
        Assert.Equal((2, 0), (fixture.Metrics.RoutingSpans.With("routes[0]", "tempo").Value, fixture.Metrics.RoutingSpans.With("default", "tempo").Value));
    }

    [Theory]
    [InlineData(PayloadEncoding.Identity)]
    [InlineData(PayloadEncoding.Gzip)]
    [InlineData(PayloadEncoding.Zstd)]
    public async Task What_goes_whole_goes_as_it_came_and_what_is_split_goes_plain(PayloadEncoding encoding)
    {
        var routing = Of(["vendor"], (Payments, ["tempo"]));
        await using var fixture = new ForwardFixture { Routing = routing };
        var (tempo, vendor) = (new ScriptedExporter(_ => ExportResult.Accepted), new ScriptedExporter(_ => ExportResult.Accepted));
        var forwarders = new[] { fixture.Start(tempo, new ForwarderSettings("tempo")), fixture.Start(vendor, new ForwarderSettings("vendor")) };
        byte[] Pack(ExportTraceServiceRequest request) =>
            encoding == PayloadEncoding.Identity ? request.ToByteArray() : OtlpRequest.Compress(request.ToByteArray(), encoding);
        var whole = Pack(Request(("payments", ["a"])));
        await fixture.AppendAsync(whole, encoding: encoding);
        foreach (var forwarder in forwarders) await fixture.DeliveredAsync(forwarder);
        await fixture.AppendAsync(Pack(Request(("payments", ["b"]), ("shop", ["c"]))), encoding: encoding, spans: 2);
        foreach (var forwarder in forwarders) await fixture.DeliveredAsync(forwarder);

        Assert.Equal(whole, tempo.All.First().Payload.ToArray());
        Assert.Equal(Request(("payments", ["b"])).ToByteArray(), tempo.All.Last().Payload.ToArray());
        Assert.Equal(Request(("shop", ["c"])).ToByteArray(), vendor.All.Single().Payload.ToArray());
        Assert.Equal((2, 1), (fixture.Metrics.ExporterSentSpans.With("tempo").Value, fixture.Metrics.ExporterSentSpans.With("vendor").Value));
    }

    [Fact]
    public void Any_request_is_divided_among_exporters_without_loss_and_without_change()
    {
        var spans = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 200], (name, size) => (Name: $"n{name}", Size: size));
        var resources = Gen.Select(Gen.Int[0, 2], spans.Array[0, 6].Array[0, 3], (ns, scopes) => (Namespace: $"ns{ns}", Scopes: scopes));
        Gen.Select(resources.Array[0, 5], Gen.Int[0, 3], Gen.Int[0, 2]).Sample((content, name, ns) =>
        {
            var request = new ExportTraceServiceRequest();
            var id = 0;
            foreach (var resource in content)
            {
                var resourceSpans = new ResourceSpans { Resource = new Resource { Attributes = { Text("service.namespace", resource.Namespace) } }, SchemaUrl = "r" };
                foreach (var scope in resource.Scopes)
                {
                    var scopeSpans = new ScopeSpans { Scope = new InstrumentationScope { Name = "s" }, SchemaUrl = "s" };
                    scopeSpans.Spans.AddRange(scope.Select(span => SpanOf(span.Name, ++id, span.Size)));
                    resourceSpans.ScopeSpans.Add(scopeSpans);
                }
                request.ResourceSpans.Add(resourceSpans);
            }
            var routing = Of(["rest"], ($"name == \"n{name}\"", ["named"]), ($"resource.attributes[\"service.namespace\"] == \"ns{ns}\"", ["spaced"]));

            foreach (var exporter in (string[])["named", "spaced", "rest"])
            {
                var expected = request.Clone();
                foreach (var resource in expected.ResourceSpans)
                {
                    var space = resource.Resource.Attributes[0].Value.StringValue;
                    bool Unwanted(Span span) => exporter != (span.Name == $"n{name}" ? "named" : space == $"ns{ns}" ? "spaced" : "rest");
                    foreach (var scope in resource.ScopeSpans.Where(scope => scope.Spans.Count > 0).ToList())
                    {
                        foreach (var span in scope.Spans.Where(Unwanted).ToList()) scope.Spans.Remove(span);
                        if (scope.Spans.Count == 0) resource.ScopeSpans.Remove(scope);
                    }
                }
                // A container that came without spans is nobody's; one that lost all of its own goes with them.
                AssertSame(expected, Part(routing, exporter, request));
            }
        });
    }

    private static void AssertSame(ExportTraceServiceRequest expected, ExportTraceServiceRequest actual)
    {
        static IEnumerable<(string Space, string Scope, ByteString Span)> Spans(ExportTraceServiceRequest request) =>
            from resource in request.ResourceSpans
            from scope in resource.ScopeSpans
            from span in scope.Spans
            select (resource.ToString()[..40], scope.SchemaUrl, span.ToByteString());
        Assert.Equal(Spans(expected), Spans(actual));
        Assert.DoesNotContain(actual.ResourceSpans.SelectMany(resource => resource.ScopeSpans), scope => scope.SchemaUrl.Length == 0);
    }

    private static ExportTraceServiceRequest Part(RoutingOptions routing, string exporter, ExportTraceServiceRequest request)
    {
        var routes = new Routes(routing);
        using var scanner = new Continuity.Scan.RouteScanner(routes.Conditions);
        var bytes = request.ToByteArray();
        Assert.True(scanner.TryScan(bytes, synthesized: false));
        var counts = new int[routes.Names.Count];
        scanner.Select(routes.Of(exporter), counts, out var lost);
        Assert.Equal(request.ResourceSpans.Sum(resource => resource.ScopeSpans.Sum(scope => scope.Spans.Count)), counts.Sum());
        var cut = new byte[bytes.Length];
        return ExportTraceServiceRequest.Parser.ParseFrom(cut, 0, Continuity.Scan.RequestCutter.Cut(bytes, lost, cut));
    }

    private static async Task<Dictionary<string, string[]>> ForwardAsync(RoutingOptions routing, ExportTraceServiceRequest request)
    {
        await using var fixture = new ForwardFixture { Routing = routing };
        var exporters = new Routes(routing).Exporters.ToDictionary(name => name, _ => new ScriptedExporter(_ => ExportResult.Accepted));
        var forwarders = exporters.Select(pair => fixture.Start(pair.Value, new ForwarderSettings(pair.Key))).ToList();
        await fixture.AppendAsync(request.ToByteArray(), spans: request.ResourceSpans.Sum(resource => resource.ScopeSpans[0].Spans.Count));
        await fixture.AppendAsync(Request(("payments", ["own"])).ToByteArray(), EntryKind.Own);
        foreach (var forwarder in forwarders) await fixture.DeliveredAsync(forwarder);
        return exporters.ToDictionary(pair => pair.Key, pair => pair.Value.All.SelectMany(attempt => RecordedSpan.ReadAll(attempt.Payload)).Select(span => span.Name).ToArray());
    }

    private static RoutingOptions Of(string[] otherwise, params (string Condition, string[] Exporters)[] routes) => new()
    {
        Default = otherwise,
        Routes = [.. routes.Select(route => new RouteOptions { Condition = new ConditionText(route.Condition), Exporters = route.Exporters })],
    };

    private static ExportTraceServiceRequest Request(params (string Namespace, string[] Spans)[] resources)
    {
        var request = new ExportTraceServiceRequest();
        foreach (var (space, names) in resources)
        {
            var scope = new ScopeSpans();
            scope.Spans.AddRange(names.Select(name => SpanOf(name, name[0], 0)));
            var resource = new Resource();
            if (space.Length > 0) resource.Attributes.Add(Text("service.namespace", space));
            request.ResourceSpans.Add(new ResourceSpans { Resource = resource, ScopeSpans = { scope } });
        }
        return request;
    }

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static Span SpanOf(string name, int id, int size) => new()
    {
        Name = name,
        TraceId = ByteString.CopyFrom([.. new byte[15], 1]),
        SpanId = ByteString.CopyFrom([.. new byte[6], (byte)(id >> 8), (byte)(id + 1)]),
        StartTimeUnixNano = 1,
        EndTimeUnixNano = 2,
        TraceState = new string('x', size),
    };
}
