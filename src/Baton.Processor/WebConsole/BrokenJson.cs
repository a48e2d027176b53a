using System.Text.Json;
using Baton.Continuity.Judge;

namespace Baton.Processor.WebConsole;

/// <summary>A broken handoff in an answer.</summary>
internal static class BrokenJson
{
    /// <summary>Writes its fields into the object that was begun.</summary>
    public static void Write(Utf8JsonWriter json, BrokenHandoff broken)
    {
        json.WriteString("trace_id", broken.TraceId.ToString());
        json.WriteString("span_id", broken.SpanId.ToString());
        json.WriteBoolean("orphan", broken.IsOrphan);
        json.WriteString("relay", broken.Relay);
        json.WriteString("verdict", Names.Of(broken.Verdict));
        json.WriteString("error_type", broken.IsOrphan ? "context_dropped" : Names.Of(broken.Deadline));
        WriteText(json, "evidence", broken.Evidence);
        WriteText(json, "service", broken.Service);
        ConsoleJson.WriteTime(json, "told", broken.ToldAt);
        ConsoleJson.WriteTime(json, broken.IsOrphan ? "began" : "published", broken.PublishedAt);
        if (broken.IsOrphan)
            ConsoleJson.WriteTime(json, "ended", broken.EndedAt);
        ConsoleJson.WriteTime(json, "deadline_at", broken.DeadlineAt);
        ConsoleJson.WriteSeconds(json, "deadline_seconds", broken.DeadlineSeconds);
        ConsoleJson.WriteTime(json, "picked_up", broken.PickedUpAt);
        json.WriteNumber("attempts", broken.Attempts);
        ConsoleJson.WriteTime(json, "completed", broken.CompletedAt);
        json.WriteBoolean("taken_back", broken.TakenBack);
        json.WriteBoolean("open", broken.IsOpen);
        WriteText(json, "worker", broken.Worker);
        WriteText(json, "worker_last_seen", broken.WorkerLastSeen);
        WriteText(json, "match", broken.Match);
        WriteText(json, "linked_trace_id", broken.Linked.TraceId);
        WriteText(json, "linked_span_id", broken.Linked.SpanId);
        if (broken.Backlog is { } backlog)
            json.WriteNumber("backlog", backlog);
        json.WriteStartArray("missing");
        foreach (var value in broken.Missing)
            json.WriteStringValue(value);
        json.WriteEndArray();
        WriteText(json, "job_id", broken.JobId);
        WriteText(json, "system", broken.System);
        WriteText(json, "destination", broken.Destination);
        WriteText(json, "message_id", broken.MessageId);
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text) => json.WriteString(name, string.IsNullOrEmpty(text) ? null : text);
}
