using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Baton.Load.Generate;

namespace Baton.Load.Record;

/// <summary>
/// A request as a line of OTLP JSON, as the Collector's file exporter writes it; complete but for ids, times and kinds, which
/// <see cref="Apply"/> patches in place. All of these are of fixed length.
/// </summary>
internal sealed class JsonTemplate
{
    private const int TimeDigits = 19;

    private static readonly (string Service, string Scope)[] Services =
        [("shop-documents", "Shop.Documents"), ("shop-document-worker", "Shop.Worker")];

    private readonly List<SpanSlot> _slots = [];
    private readonly byte[] _line;

    public JsonTemplate(int spans)
    {
        var plan = RequestPlan.For(spans);
        var text = new StringBuilder("{\"resourceSpans\":[");
        for (int service = 0; service < Services.Length; service++)
        {
            text.Append(service > 0 ? "," : "").Append("{\"resource\":{\"attributes\":[")
                .Append(Attribute("service.name", Services[service].Service)).Append(',')
                .Append(Attribute("service.namespace", "shop")).Append(',')
                .Append(Attribute("service.instance.id", $"{Services[service].Service}-6c9f7d5b8-x2x7k")).Append(',')
                .Append(Attribute("deployment.environment.name", "load")).Append(',')
                .Append(Attribute("telemetry.sdk.name", "opentelemetry"))
                .Append("]},\"scopeSpans\":[{\"scope\":{\"name\":\"").Append(Services[service].Scope).Append("\",\"version\":\"7.31.2\"},\"spans\":[");
            var separator = "";
            foreach (var (index, span) in plan.Index().Where(each => each.Item.Service == service))
            {
                text.Append(separator);
                Append(text, index, span);
                separator = ",";
            }

            text.Append("]}]}");
        }

        _line = Encoding.ASCII.GetBytes(text.Append("]}\n").ToString());
    }

    public ReadOnlySpan<byte> Line => _line;

    public int Spans => _slots.Count;

    /// <summary>Writes a request's own values into the line.</summary>
    public void Apply(IdStream ids, in Stamp stamp)
    {
        Span<byte> id = stackalloc byte[16];
        long own = stamp.Sequence * _slots.Count;
        long earlier = stamp.Earlier * _slots.Count;
        foreach (var slot in _slots)
        {
            var plan = slot.Plan;
            long trace = (plan.OfEarlierTrace ? earlier : own) + plan.Trace;
            ids.WriteTrace(id, trace);
            Hex(id, slot.TraceAt);
            ids.WriteSpan(id, own + slot.Index);
            Hex(id[..8], slot.SpanAt);
            if (slot.ParentAt >= 0)
            {
                ids.WriteSpan(id, (plan.OfEarlierParent ? earlier : own) + plan.Parent);
                Hex(id[..8], slot.ParentAt);
            }

            Utf8Formatter.TryFormat(stamp.Now - plan.StartBefore, _line.AsSpan(slot.StartAt), out _);
            Utf8Formatter.TryFormat(stamp.Now - plan.EndBefore, _line.AsSpan(slot.EndAt), out _);
            if (slot.MessageIdAt >= 0) ids.WriteMessageId(_line.AsSpan(slot.MessageIdAt), trace);
            bool active = plan.Role == JobRole.None || (plan.Role == JobRole.Publish ? stamp.Publishes : stamp.Completes);
            _line[slot.KindAt] = (byte)('0' + (int)(active ? plan.Kind : SpanKind.Internal));
        }
    }

    private static string Attribute(string key, string value) =>
        long.TryParse(value, CultureInfo.InvariantCulture, out _)
            ? $"{{\"key\":\"{key}\",\"value\":{{\"intValue\":\"{value}\"}}}}"
            : $"{{\"key\":\"{key}\",\"value\":{{\"stringValue\":\"{value}\"}}}}";

    private void Append(StringBuilder text, int index, SpanPlan span)
    {
        int Placed(string before, int length)
        {
            text.Append(before);
            int at = text.Length;
            text.Append('0', length);
            return at;
        }

        int traceAt = Placed("{\"traceId\":\"", 32);
        int spanAt = Placed("\",\"spanId\":\"", 16);
        int parentAt = span.Parent < 0 ? -1 : Placed("\",\"parentSpanId\":\"", 16);
        text.Append(span.Parent < 0 ? "\",\"parentSpanId\":\"" : "");
        int kindAt = Placed($"\",\"flags\":257,\"name\":\"{span.Name}\",\"kind\":", 1);
        int startAt = Placed(",\"startTimeUnixNano\":\"", TimeDigits);
        int endAt = Placed("\",\"endTimeUnixNano\":\"", TimeDigits);
        text.Append("\",\"attributes\":[");
        int messageIdAt = -1;
        foreach (var (place, attribute) in span.Attributes.Index())
        {
            string written = Attribute(attribute.Key, attribute.Value);
            text.Append(place > 0 ? "," : "");
            if (attribute.Value == RequestTemplate.MessageIdText)
                messageIdAt = text.Length + written.IndexOf(attribute.Value, StringComparison.Ordinal);
            text.Append(written);
        }

        text.Append("],\"status\":{}}");
        _slots.Add(new SpanSlot(index, span, traceAt, spanAt, parentAt, kindAt, startAt, endAt, messageIdAt));
    }

    private void Hex(ReadOnlySpan<byte> id, int at) => Convert.TryToHexStringLower(id, _line.AsSpan(at), out _);
}
