using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind;

namespace Baton.Benchmarks.Scan;

/// <summary>A request as services send it: one resource, spans of about 310 bytes, three of ten in event-driven jobs.</summary>
internal static class TypicalRequest
{
    /// <summary>Encodes a request.</summary>
    /// <param name="spans">How many spans it has.</param>
    public static byte[] Encode(int spans)
    {
        var random = new Random(1);
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "Shop.Documents", Version = "7.31.2" } };
        for (var i = 0; i < spans; i++)
        {
            scope.Spans.Add(SpanOf(i, random));
        }
        var resource = new Resource
        {
            Attributes =
            {
                Text("service.name", "shop-documents"),
                Text("service.namespace", "shop"),
                Text("service.instance.id", "shop-documents-6c9f7d5b8-x2x7k"),
                Text("deployment.environment.name", "production"),
                Text("telemetry.sdk.name", "opentelemetry"),
                Text("telemetry.sdk.language", "dotnet"),
            },
        };
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { scope } } } }.ToByteArray();
    }

    private static Span SpanOf(int index, Random random)
    {
        var start = 1_790_000_000_000_000_000UL + (ulong)index * 1_000_000;
        var span = (index % 10) switch
        {
            0 or 1 or 2 => Server(),
            3 or 4 => Client(),
            5 or 6 => Internal(),
            7 => Message(Kind.Producer, "send"),
            8 => Message(Kind.Consumer, "process"),
            _ => Internal(),
        };
        span.TraceId = Id(random, 16);
        span.SpanId = Id(random, 8);
        span.ParentSpanId = index % 10 == 0 ? ByteString.Empty : Id(random, 8);
        span.StartTimeUnixNano = start;
        span.EndTimeUnixNano = start + 12_345_678;
        span.Status = new Status();
        span.Flags = 0x101;
        return span;
    }

    private static Span Server() => new()
    {
        Name = "POST /documents/{id}/render",
        Kind = Kind.Server,
        Attributes =
        {
            Text("http.request.method", "POST"),
            Text("http.route", "/documents/{id}/render"),
            Text("url.path", "/documents/81230/render"),
            Text("url.scheme", "https"),
            Text("server.address", "documents.shop.example"),
            Text("user_agent.original", "shop-frontend/31"),
            Number("http.response.status_code", 202),
        },
    };

    private static Span Client() => new()
    {
        Name = "SELECT documents",
        Kind = Kind.Client,
        Attributes =
        {
            Text("db.system.name", "postgresql"),
            Text("db.namespace", "documents"),
            Text("db.query.text", "select id, owner, state from documents where id = $1 and owner = $2"),
            Text("server.address", "postgres.shop.svc.cluster.local"),
            Number("server.port", 5432),
        },
    };

    private static Span Internal() => new()
    {
        Name = "documents.authorize",
        Kind = Kind.Internal,
        Attributes =
        {
            Text("code.function.name", "Shop.Documents.Authorization.AuthorizeAsync"),
            Text("enduser.id", "u-31c27a90"),
            Text("document.owner", "o-7711c1f3"),
            Text("thread.name", ".NET TP Worker"),
            Number("thread.id", 31),
            Number("document.version", 17),
        },
    };

    private static Span Message(Kind kind, string operation) => new()
    {
        Name = $"{operation} render-jobs",
        Kind = kind,
        Attributes =
        {
            Text("messaging.system", "rabbitmq"),
            Text("messaging.operation.type", operation),
            Text("messaging.operation.name", operation),
            Text("messaging.destination.name", "render-jobs"),
            Text("messaging.message.id", "6f1c9a4e7b3d2850"),
            Text("server.address", "rabbit.shop.svc"),
        },
    };

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static ByteString Id(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }
}
