using System.Buffers;
using System.Text;
using System.Text.Json;
using Baton.Continuity.Judge;
using Baton.Processor.Json;

namespace Baton.Processor.Analyze.Reports;

/// <summary>
/// The report as one JSON object, a line for each handoff. Rendered as it comes and sorted in the end, so that it takes no memory to speak of.
/// </summary>
internal sealed class JsonReport : IReport
{
    private const int HandoffBytes = 32 << 20;
    private const int OtherBytes = 8 << 20;
    private const double NanosPerSecond = 1e9;

    private readonly SortedRecords _handoffs = new(HandoffBytes);
    private readonly SortedRecords _orphans = new(OtherBytes);
    private readonly SortedRecords _producersMissing = new(OtherBytes);
    private readonly ArrayBufferWriter<byte> _record = new();
    private readonly Utf8JsonWriter _json;

    /// <summary>An empty report.</summary>
    public JsonReport() => _json = new Utf8JsonWriter(_record, ProtobufToJson.Options);

    /// <inheritdoc/>
    public void Add(in HandoffOutcome outcome)
    {
        Begin(outcome.Handoff);
        String("verdict", outcome.Verdict == Verdict.Open ? null : Names.Of(outcome.Verdict));
        String("match", outcome.Match == Match.None ? null : Names.Of(outcome.Match));
        _json.WriteStartArray("error_types");
        if (outcome.Told != DeadlineKind.None)
            _json.WriteStringValue(Names.Of(outcome.Told));
        _json.WriteEndArray();
        Seconds("wake_up_seconds", outcome.WakeUpNanos);
        Seconds("full_link_seconds", outcome.FullLinkNanos);
        _json.WriteNumber("attempts", outcome.Attempts);
        _json.WriteStartArray("missing");
        foreach (var missing in outcome.Missing)
            _json.WriteStringValue(missing);
        _json.WriteEndArray();
        End(_handoffs, outcome.Handoff);
    }

    /// <inheritdoc/>
    public void AddOrphan(in Orphan orphan)
    {
        Begin(orphan.Worker);
        if (orphan.Producer.IsZero)
        {
            _json.WriteNull("producer");
        }
        else
        {
            _json.WriteStartObject("producer");
            _json.WriteString("trace_id", orphan.ProducerTrace.ToString());
            _json.WriteString("span_id", orphan.Producer.ToString());
            _json.WriteEndObject();
        }
        End(_orphans, orphan.Worker);
    }

    /// <inheritdoc/>
    public void AddMissingProducer(in HandoffView consumer)
    {
        Begin(consumer);
        End(_producersMissing, consumer);
    }

    /// <inheritdoc/>
    public void EndInput(long endUnixNanos)
    {
    }

    /// <inheritdoc/>
    public void Write(TextWriter output, Recording recording)
    {
        output.Write("{");
        Write(output, "handoffs", _handoffs);
        output.Write(",\n");
        Write(output, "orphans", _orphans);
        output.Write(",\n");
        Write(output, "producers_missing", _producersMissing);
        output.Write(",\n\"totals\":");
        output.Write(TotalsOf(recording.Totals));
        output.Write("}\n");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _handoffs.Dispose();
        _orphans.Dispose();
        _producersMissing.Dispose();
    }

    private static void Write(TextWriter output, string name, SortedRecords records)
    {
        // Standard output flushes after each write: so few and large ones.
        const int Chunk = 64 << 10;
        var text = new StringBuilder().Append('"').Append(name).Append("\":[");
        var separator = "\n";
        records.Visit(record =>
        {
            text.Append(separator).Append(Encoding.UTF8.GetString(record));
            separator = ",\n";
            if (text.Length < Chunk)
                return;
            output.Write(text);
            text.Clear();
        });
        output.Write(text.Append(records.Count > 0 ? "\n]" : "]"));
    }

    private static string TotalsOf(Totals totals)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("spans", totals.Spans);
        json.WriteNumber("handoffs", totals.Handoffs);
        foreach (var name in Totals.Names)
            json.WriteNumber(name, totals.Of(name));
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Begin(in HandoffView view)
    {
        _record.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("relay", view.Relay);
        _json.WriteString("trace_id", view.TraceId.ToString());
        _json.WriteString("span_id", view.SpanId.ToString());
    }

    private void End(SortedRecords records, in HandoffView view)
    {
        _json.WriteEndObject();
        _json.Flush();
        records.Add(new RecordKey(view.PublishedUnixNanos, view.TraceId, view.SpanId), _record.WrittenSpan);
    }

    private void String(string name, string? value)
    {
        if (value is null)
            _json.WriteNull(name);
        else
            _json.WriteString(name, value);
    }

    private void Seconds(string name, long nanos)
    {
        if (nanos < 0)
            _json.WriteNull(name);
        else
            _json.WriteNumber(name, nanos / NanosPerSecond);
    }
}
