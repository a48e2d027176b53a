using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Scan;

/// <summary>
/// What a scan with the built-in relays must find, told from the generated classes: slow, plain, and sharing nothing with the scanner.
/// </summary>
internal static class ReferenceScan
{
    public static (int Spans, int Rejected, List<string> Resources, List<string> Events) Of(ExportTraceServiceRequest request)
    {
        var (spans, rejected) = (0, 0);
        List<string> resources = [], events = [];
        foreach (var resource in request.ResourceSpans)
        {
            long latest = 0;
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                var index = spans++;
                if (!IsId(span.TraceId, 16) || !IsId(span.SpanId, 8) || span.ParentSpanId.Length is not (0 or 8))
                {
                    rejected++;
                    continue;
                }
                latest = Math.Max(latest, End(span));
                if (Describe(span, index, resources.Count) is { } described)
                    events.Add(described);
            }
            resources.Add(Describe(resource, latest));
        }
        return (spans, rejected, resources, events);
    }

    public static string Show(ScannedResource resource) => $"{resource.LatestEnd} {string.Join(';', resource.Texts)}";

    public static string Show(ScannedSpan span)
    {
        var h = span.Header;
        return $"{h.SpanIndex} {h.ResourceIndex} {h.TraceId} {h.SpanId} {h.ParentSpanId} {h.StartUnixNanos} {h.EndUnixNanos} {h.SpanKind} {h.ProduceRelay} "
            + $"{h.Operation} [{h.Traits}] {h.BatchCount} [{string.Join(';', span.Roles)}] [{string.Join(';', span.Links)}] {string.Join(';', span.Texts)}";
    }

    private static string Describe(ResourceSpans resource, long latest)
    {
        var attributes = resource.Resource?.Attributes.ToList() ?? [];
        List<ScannedText> texts = [];
        AddFirst(texts, TextKind.ServiceName, false, attributes, "service.name");
        AddFirst(texts, TextKind.ServiceNamespace, false, attributes, "service.namespace");
        AddFirst(texts, TextKind.ServiceInstance, false, attributes, "service.instance.id");
        AddFirst(texts, TextKind.Environment, false, attributes, "deployment.environment.name", "deployment.environment");
        return Show(new ScannedResource(latest, texts));
    }

    private static string? Describe(Span span, int index, int resource)
    {
        var attributes = span.Attributes.ToList();
        var operation = Operation(attributes);
        var kind = (int)span.Kind;
        SpanTraits traits = default;
        if ((kind == 5 && operation != OperationType.Settle) || (kind == 3 && operation == OperationType.Receive))
            traits |= SpanTraits.AcknowledgesByDefault;
        if (kind == 5 && operation is not (OperationType.Receive or OperationType.Settle))
            traits |= SpanTraits.CompletesByDefault;
        var callback = span.Name.StartsWith("produce.", StringComparison.Ordinal);
        var produces = kind == 4 && operation is not (OperationType.Receive or OperationType.Process or OperationType.Settle);
        RelayRole[] roles = span.Name == "worker.ack_wake" ? [new(0, RelayRoles.Acknowledge)] : span.Name == "worker.complete" ? [new(0, RelayRoles.Complete)] : [];
        if (traits == default && !callback && !produces && roles.Length == 0)
            return null;
        var links = span.Links.Where(link => IsId(link.TraceId, 16) && IsId(link.SpanId, 8)).ToList();
        var count = Value(attributes, "messaging.batch.message_count");
        count = count is { HasIntValue: true } ? count : Value(attributes, "bullmq.job.bulk.count");
        return Show(new ScannedSpan(
            new SpanEventHeader
            {
                SpanIndex = index,
                ResourceIndex = (ushort)resource,
                TraceId = TraceIdOf(span.TraceId),
                SpanId = SpanIdOf(span.SpanId),
                ParentSpanId = span.ParentSpanId.IsEmpty ? default : SpanIdOf(span.ParentSpanId),
                StartUnixNanos = (long)Math.Min(span.StartTimeUnixNano, long.MaxValue),
                EndUnixNanos = End(span),
                SpanKind = (byte)(kind is >= 0 and <= 5 ? kind : 0),
                ProduceRelay = (short)(callback ? 0 : produces ? 1 : -1),
                Operation = operation,
                Traits = traits | Traits(span, attributes, operation),
                BatchCount = count is { HasIntValue: true } ? (uint)Math.Clamp(count.IntValue, 0, uint.MaxValue) : 0,
            },
            roles,
            [.. links.Select(link => new LinkTarget(TraceIdOf(link.TraceId), SpanIdOf(link.SpanId)))],
            Texts(attributes, links)));
    }

    private static SpanTraits Traits(Span span, List<KeyValue> attributes, OperationType operation)
    {
        var traits = default(SpanTraits);
        if ((int)(span.Status?.Code ?? 0) == 2)
            traits |= SpanTraits.StatusError | SpanTraits.FailedAttempt;
        if (Value(attributes, "error.type") is not null || span.Events.Any(e => e.Name is "exception" or "job failed"))
            traits |= SpanTraits.FailedAttempt;
        if (attributes.Any(a => a.Key.StartsWith("messaging.", StringComparison.Ordinal) || a.Key.StartsWith("bullmq.", StringComparison.Ordinal)))
            traits |= SpanTraits.HasMessagingAttributes;
        if (operation == OperationType.Receive && Value(attributes, "messaging.batch.message_count") is { HasIntValue: true, IntValue: 0 })
            traits |= SpanTraits.ReceivedNothing;
        return traits;
    }

    private static List<ScannedText> Texts(List<KeyValue> attributes, List<Span.Types.Link> links)
    {
        List<ScannedText> texts = [];
        AddFirst(texts, TextKind.System, false, attributes, "messaging.system");
        if (texts.Count == 0 && Value(attributes, "bullmq.queue.name") is not null)
            texts.Add(new(TextKind.System, 0, "bullmq"));
        AddFirst(texts, TextKind.Destination, true, attributes, "messaging.destination.name", "messaging.destination", "bullmq.queue.name");
        AddFirst(texts, TextKind.RoutingKey, true, attributes, "messaging.rabbitmq.destination.routing_key", "messaging.rabbitmq.routing_key");
        AddFirst(texts, TextKind.MessageId, true, attributes, "messaging.message.id", "messaging.message_id");
        foreach (var (i, link) in links.Index())
        {
            var id = Value([.. link.Attributes], "messaging.message.id") ?? Value([.. link.Attributes], "messaging.message_id");
            if (Text(id, true) is { Length: > 0 } text)
                texts.Add(new(TextKind.LinkMessageId, i, text));
        }
        return texts;
    }

    private static void AddFirst(List<ScannedText> texts, TextKind kind, bool numbers, List<KeyValue> attributes, params string[] keys)
    {
        if (keys.Select(key => Text(Value(attributes, key), numbers)).FirstOrDefault(text => text.Length > 0) is { } found)
            texts.Add(new(kind, 0, found));
    }

    private static string Text(AnyValue? value, bool numbers) => value switch
    {
        { HasStringValue: true } => value.StringValue,
        { HasIntValue: true } when numbers => value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    private static OperationType Operation(List<KeyValue> attributes)
    {
        var messaging = Value(attributes, "messaging.operation.type") ?? Value(attributes, "messaging.operation");
        if (messaging is null)
        {
            var bull = Value(attributes, "bullmq.queue.operation")?.StringValue ?? "";
            return bull == "process" ? OperationType.Process : bull.StartsWith("add", StringComparison.Ordinal) ? OperationType.Send : OperationType.None;
        }
        return messaging.StringValue switch
        {
            "create" => OperationType.Create,
            "send" or "publish" => OperationType.Send,
            "receive" => OperationType.Receive,
            "process" or "deliver" => OperationType.Process,
            "settle" => OperationType.Settle,
            _ => OperationType.None,
        };
    }

    private static AnyValue? Value(List<KeyValue> attributes, string key) =>
        attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value is { ValueCase: not AnyValue.ValueOneofCase.None } value ? value : null;

    private static long End(Span span) => (long)Math.Min(Math.Max(span.StartTimeUnixNano, span.EndTimeUnixNano), long.MaxValue);

    private static bool IsId(ByteString id, int length) => id.Length == length && id.Any(octet => octet != 0);

    private static TraceId TraceIdOf(ByteString id) => TraceId.TryRead(id.Span, out var read) ? read : default;

    private static SpanId SpanIdOf(ByteString id) => SpanId.TryRead(id.Span, out var read) ? read : default;
}
