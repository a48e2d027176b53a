using Baton.Load.Wire;

namespace Baton.Load.Generate;

/// <summary>Encodes a plan once as an ExportTraceServiceRequest in a gRPC frame, and notes where each span's ids and times stand.</summary>
internal static class TemplateWriter
{
    private static readonly (string Service, string Scope)[] Services =
        [("shop-documents", "Shop.Documents"), ("shop-document-worker", "Shop.Worker")];

    public static RequestTemplate Write(int spans)
    {
        var plan = RequestPlan.For(spans);
        var request = new ProtoBuffer();
        var slots = new List<SpanSlot>(spans);
        for (int service = 0; service < Services.Length; service++)
        {
            var own = plan.Index().Where(span => span.Item.Service == service).ToList();
            if (own.Count == 0) continue;
            var written = new List<SpanSlot>(own.Count);
            var resourceSpans = new ProtoBuffer();
            resourceSpans.Message(1, Resource(Services[service].Service));
            var scopeSpans = ScopeSpans(Services[service].Scope, own, written);
            int offset = resourceSpans.Message(2, scopeSpans);
            offset += request.Message(1, resourceSpans) + GrpcFrame.PrefixLength;
            slots.AddRange(written.Select(slot => slot.MovedBy(offset)));
        }

        return new RequestTemplate(GrpcFrame.Wrap(request.Written, compressed: false), [.. slots], RequestPlan.Jobs(spans));
    }

    private static ProtoBuffer Resource(string service)
    {
        var resource = new ProtoBuffer();
        resource.Attribute(1, "service.name", service);
        resource.Attribute(1, "service.namespace", "shop");
        resource.Attribute(1, "service.instance.id", $"{service}-6c9f7d5b8-x2x7k");
        resource.Attribute(1, "service.version", "7.31.2");
        resource.Attribute(1, "deployment.environment.name", "load");
        resource.Attribute(1, "telemetry.sdk.name", "opentelemetry");
        resource.Attribute(1, "telemetry.sdk.language", "dotnet");
        return resource;
    }

    private static ProtoBuffer ScopeSpans(string name, List<(int Index, SpanPlan Span)> spans, List<SpanSlot> slots)
    {
        var scope = new ProtoBuffer();
        scope.Text(1, name);
        scope.Text(2, "7.31.2");
        var scopeSpans = new ProtoBuffer();
        scopeSpans.Message(1, scope);
        foreach (var (index, plan) in spans)
        {
            var span = Span(index, plan, out var slot);
            slots.Add(slot.MovedBy(scopeSpans.Message(2, span)));
        }

        return scopeSpans;
    }

    /// <summary>In the SDKs' order of a Span's fields; the last are an unset status and the flags of a sampled span.</summary>
    private static ProtoBuffer Span(int index, SpanPlan plan, out SpanSlot slot)
    {
        var span = new ProtoBuffer();
        int traceAt = span.Bytes(1, new byte[16]);
        int spanAt = span.Bytes(2, new byte[8]);
        int parentAt = plan.Parent < 0 ? -1 : span.Bytes(4, new byte[8]);
        span.Text(5, plan.Name);
        int kindAt = span.Number(6, (ulong)plan.Kind);
        int startAt = span.Fixed64(7, 0);
        int endAt = span.Fixed64(8, 0);
        int messageIdAt = -1;
        foreach (var (key, value) in plan.Attributes)
        {
            int at = span.Attribute(9, key, value);
            if (value == RequestTemplate.MessageIdText) messageIdAt = at;
        }

        span.Bytes(15, []);
        span.Fixed32(16, 0x101);
        slot = new SpanSlot(index, plan, traceAt, spanAt, parentAt, kindAt, startAt, endAt, messageIdAt);
        return span;
    }
}
