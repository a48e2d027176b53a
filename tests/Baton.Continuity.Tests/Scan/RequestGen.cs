using CsCheck;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Scan;

/// <summary>Random requests of the generated classes: every field, the keys that matter among others, ids of right and wrong lengths.</summary>
internal static class RequestGen
{
    private static readonly string[] Keys =
    [
        "messaging.operation.type", "messaging.operation", "bullmq.queue.operation", "messaging.system", "messaging.destination.name",
        "messaging.destination", "bullmq.queue.name", "messaging.rabbitmq.destination.routing_key", "messaging.rabbitmq.routing_key",
        "messaging.message.id", "messaging.message_id", "messaging.batch.message_count", "bullmq.job.bulk.count", "error.type",
        "service.name", "service.namespace", "service.instance.id", "deployment.environment.name", "deployment.environment",
        "", "k", "http.route", "url.path", "messaging.destinatiom.name", "a.key.that.is.longer.than.sixty-three.bytes.and.so.long.for.a.mask",
    ];

    private static readonly string[] Texts =
        ["send", "receive", "process", "settle", "create", "publish", "deliver", "add", "addBulk", "orders", "", "Grüße, 世界 👋", new('x', 200)];

    private static readonly Gen<string> Text = Gen.Frequency((4, Gen.OneOf(Texts)), (1, Gen.String[0, 20].Select(Wellformed)));

    private static readonly Gen<AnyValue> Scalar = Gen.Frequency(
        (6, Text.Select(text => new AnyValue { StringValue = text })),
        (3, Gen.Frequency((1, Gen.Long), (2, Gen.Long[-1, 3])).Select(number => new AnyValue { IntValue = number })),
        (1, Gen.Double.Select(number => new AnyValue { DoubleValue = number })),
        (1, Gen.Bool.Select(flag => new AnyValue { BoolValue = flag })),
        (1, Gen.Byte.Array[0, 10].Select(bytes => new AnyValue { BytesValue = ByteString.CopyFrom(bytes) })),
        (1, Gen.Const(() => new AnyValue())),
        (1, Gen.Int.Select(index => new AnyValue { StringValueStrindex = index })));

    private static readonly Gen<AnyValue> Value = Gen.Recursive<AnyValue>((depth, nested) => depth == 3 ? Scalar : Gen.Frequency(
        (12, Scalar),
        (1, nested.Array[0, 3].Select(values => new AnyValue { ArrayValue = new ArrayValue { Values = { values } } })),
        (1, Gen.Select(Text, nested, (key, value) => new AnyValue
        {
            KvlistValue = new KeyValueList { Values = { new KeyValue { Key = key, Value = value } } },
        }))));

    private static readonly Gen<KeyValue> Attribute = Gen.Select(Gen.OneOf(Keys), Value, Gen.Int[0, 9], (key, value, form) => form switch
    {
        0 => new KeyValue { Key = key },
        1 => new KeyValue { Key = key, Value = value, KeyStrindex = 5 },
        _ => new KeyValue { Key = key, Value = value },
    });

    private static readonly Gen<KeyValue[]> Attributes = Attribute.Array[0, 6];

    private static readonly Gen<ulong> Time = Gen.Frequency((4, Gen.ULong[1_700_000_000_000_000_000, 1_700_000_009_000_000_000]), (1, Gen.ULong));

    private static readonly Gen<Span.Types.Event> Event = Gen.Select(
        Gen.OneOf("exception", "job failed", "log", ""), Time, Attributes, Gen.UInt,
        (name, time, attributes, dropped) => new Span.Types.Event
        {
            Name = name,
            TimeUnixNano = time,
            Attributes = { attributes },
            DroppedAttributesCount = dropped,
        });

    private static readonly Gen<Span.Types.Link> Link = Gen.Select(
        Id(16), Id(8), Text, Attributes, Gen.UInt,
        (trace, span, state, attributes, flags) => new Span.Types.Link
        {
            TraceId = trace,
            SpanId = span,
            TraceState = state,
            Attributes = { attributes },
            Flags = flags,
        });

    private static readonly Gen<Status?> SpanStatus = Gen.Select(Gen.Int[-1, 3], Text, (code, message) =>
        code < 0 ? null : new Status { Code = (Status.Types.StatusCode)code, Message = message });

    private static readonly Gen<Span> Bare = Gen.Select(
        Id(16), Id(8), Gen.Frequency((1, Gen.Const(ByteString.Empty)), (3, Id(8))), Gen.Int[-1, 6], Text, Time, Time,
        (trace, id, parent, kind, name, start, end) => new Span
        {
            TraceId = trace,
            SpanId = id,
            ParentSpanId = parent,
            Kind = (Span.Types.SpanKind)kind,
            Name = name,
            StartTimeUnixNano = start,
            EndTimeUnixNano = end,
        });

    private static readonly Gen<Span> AnySpan = Gen.Select(
        Bare, Attributes, Event.Array[0, 2], Link.Array[0, 3], SpanStatus, Gen.UInt, Text,
        (span, attributes, events, links, status, flags, state) =>
        {
            span.Attributes.Add(attributes);
            span.Events.Add(events);
            span.Links.Add(links);
            span.Status = status;
            span.Flags = flags;
            span.TraceState = state;
            return span;
        });

    private static readonly Gen<ScopeSpans> Scope = Gen.Select(
        Text, Attributes, AnySpan.Array[0, 4],
        (name, attributes, spans) => new ScopeSpans
        {
            Scope = new InstrumentationScope { Name = name, Version = "1", Attributes = { attributes } },
            Spans = { spans },
            SchemaUrl = name,
        });

    private static readonly Gen<ResourceSpans> Resource = Gen.Select(
        Gen.Frequency((1, Gen.Const((Resource?)null)), (5, Attributes.Select(attributes => (Resource?)ResourceOf(attributes)))), Scope.Array[0, 3], Text,
        (resource, scopes, schema) => new ResourceSpans { Resource = resource, ScopeSpans = { scopes }, SchemaUrl = schema });

    /// <summary>Requests of up to three resources.</summary>
    public static Gen<ExportTraceServiceRequest> Request { get; } =
        Resource.Array[0, 3].Select(resources => new ExportTraceServiceRequest { ResourceSpans = { resources } });

    private static Resource ResourceOf(KeyValue[] attributes) => new()
    {
        Attributes = { attributes },
        EntityRefs = { new EntityRef { SchemaUrl = "u", Type = "host", IdKeys = { "a", "b" }, DescriptionKeys = { "c" } } },
    };

    private static Gen<ByteString> Id(int length) => Gen.Frequency(
        (12, Gen.Byte.Array[length]),
        (1, Gen.Const(new byte[length])),
        (1, Gen.Byte.Array[0, 20])).Select(ByteString.CopyFrom);

    // A lone surrogate has no UTF-8.
    private static string Wellformed(string text) => new([.. text.Where(letter => !char.IsSurrogate(letter))]);
}
