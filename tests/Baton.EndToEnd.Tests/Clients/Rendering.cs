using System.Globalization;
using Baton.Testing.Sink;
using OpenTelemetry.Proto.Common.V1;

namespace Baton.EndToEnd.Tests.Clients;

/// <summary>A span as text, with everything that a client can say in it but the times.</summary>
internal static class Rendering
{
    public static string Of(RecordedSpan recorded)
    {
        var span = recorded.Span;
        return $"""
            {span.Name}, {span.Kind}, {recorded.TraceId} {recorded.SpanId} < {recorded.ParentSpanId}
            {Of(span.Attributes)}
            events: {string.Join("; ", span.Events.Select(e => $"{e.Name} {Of(e.Attributes)}"))}
            links: {string.Join("; ", span.Links.Select(link => $"{Convert.ToHexStringLower(link.TraceId.Span)} {Convert.ToHexStringLower(link.SpanId.Span)} {Of(link.Attributes)}"))}
            status: {span.Status?.Code.ToString() ?? "Unset"} {span.Status?.Message}
            of {Of(recorded.Resource.Attributes)}
            """;
    }

    /// <summary>The two spans that each client makes, as they must arrive.</summary>
    public static (string Order, string Stock) Expected(Exported exported) => (
        $$"""
        place order, Producer, {{exported.TraceId}} {{exported.Order}} < 
        {order.express: true, order.items: 42, order.tags: [a, b], order.weight: 0.5, shop.city: Zürich}
        events: queued {attempt: 1}
        links: 0102030405060708090a0b0c0d0e0f10 0102030405060708 {why: again}
        status: Error no stock
        of {deployment.environment.name: test, service.name: shop}
        """,
        $$"""
        load stock, Internal, {{exported.TraceId}} {{exported.Stock}} < {{exported.Order}}
        {}
        events: 
        links: 
        status: Unset 
        of {deployment.environment.name: test, service.name: shop}
        """);

    private static string Of(IEnumerable<KeyValue> attributes) =>
        $"{{{string.Join(", ", attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}: {Of(a.Value)}"))}}}";

    private static string Of(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString("R", CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.ArrayValue => $"[{string.Join(", ", value.ArrayValue.Values.Select(Of))}]",
        _ => value.ToString(),
    };
}
