using System.Globalization;
using System.Text.Json;
using Baton.Continuity.Judge;

namespace Baton.Processor.WebConsole;

/// <summary>
/// The answer of <c>/v1/console</c>, as docs/console.md has it. Every text of a sender goes through the writer's default encoder, which escapes
/// whatever could end a string, a script or a tag.
/// </summary>
internal static class ConsoleJson
{
    /// <summary>Of each list of workers and destinations this many, the busiest; the rest is counted.</summary>
    public const int MaxRows = 100;

    private const int QuarterOfAnHour = 15 * 60 / SeriesClock.StepSeconds;
    private const long NanosPerMillisecond = 1_000_000;

    /// <summary>Writes the present.</summary>
    public static void Write(Utf8JsonWriter json, ConsoleState state, ConsoleSeries series, BrokenHandoffs broken)
    {
        json.WriteStartObject();
        WriteTime(json, "now", state.Now);
        WriteTime(json, "started", state.Started);
        json.WriteString("version", state.Version);
        json.WriteString("not_ready", state.WhyNotReady);
        json.WriteString("trace_url", state.TraceUrl?.ToString());
        WriteList(json, "receivers", state.Receivers, (one, row) =>
        {
            one.WriteString("protocol", row.Protocol);
            one.WriteString("endpoint", row.Endpoint);
        });
        json.WriteStartArray("blind");
        foreach (var reason in state.Blind)
            json.WriteStringValue(reason);
        json.WriteEndArray();
        WriteList(json, "relays", Relays(state, series), (one, relay) => WriteRelay(one, relay, series));
        json.WriteNumber("broken_total", broken.Told);
        WriteList(json, "broken", broken.All.OrderByDescending(each => each.ToldAt), BrokenJson.Write);
        WriteFlow(json, state.Pressure);
        WriteList(json, "exporters", state.Exporters, WriteExporter);
        WriteStorage(json, state.Storage);
        json.WriteEndObject();
    }

    /// <summary>Writes a time as RFC 3339 in UTC, to the millisecond; null where it is 0.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, long unixNanos) => json.WriteString(
        name,
        unixNanos <= 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(unixNanos / NanosPerMillisecond).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Writes a number of seconds; null where it is not known.</summary>
    public static void WriteSeconds(Utf8JsonWriter json, string name, double? seconds)
    {
        if (seconds is { } known)
            json.WriteNumber(name, Math.Round(known, 4));
        else
            json.WriteNull(name);
    }

    /// <summary>Writes a list of objects.</summary>
    public static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> rows, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            write(json, row);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // Those of the configuration, and those that are not any more but did something in the last hour.
    private static IEnumerable<RelayGauges> Relays(ConsoleState state, ConsoleSeries series) => state.Relays.Concat(
        series.Relays.Where(name => !state.Relays.Any(relay => relay.Relay == name)).Select(name => new RelayGauges(name, 0, 0, 0, 0)));

    private static void WriteRelay(Utf8JsonWriter json, RelayGauges relay, ConsoleSeries series)
    {
        json.WriteString("relay", relay.Relay);
        json.WriteNumber("waiting", relay.Waiting);
        json.WriteNumber("running", relay.Running);
        json.WriteNumber("missed_open", relay.Missed);
        WriteTime(json, "oldest_published", relay.OldestPublishedUnixNanos);
        var kept = series.Find(relay.Relay);
        WriteSum(json, "last_15_minutes", kept, QuarterOfAnHour);
        WriteSum(json, "last_hour", kept, SeriesClock.Steps);
    }

    private static void WriteSum(Utf8JsonWriter json, string name, RelaySeries? series, int steps)
    {
        var sum = RelaySum.Of(series?.Last(steps) ?? []);
        json.WriteStartObject(name);
        foreach (var tally in Enum.GetValues<Tally>())
            json.WriteNumber(RelaySum.NameOf(tally), sum[tally]);
        WriteSeconds(json, "wake_up_p50", sum.WakeUp(0.5));
        WriteSeconds(json, "wake_up_p99", sum.WakeUp(0.99));
        WriteSeconds(json, "full_link_p50", sum.FullLink(0.5));
        WriteSeconds(json, "full_link_p99", sum.FullLink(0.99));
        json.WriteEndObject();
    }

    private static void WriteFlow(Utf8JsonWriter json, IReadOnlyList<DestinationPressure> pressure)
    {
        json.WriteNumber("destinations_total", pressure.Count);
        WriteList(json, "destinations", pressure.OrderByDescending(one => one.Backlog).ThenBy(one => one.Destination, StringComparer.Ordinal).Take(MaxRows), (one, row) =>
        {
            one.WriteString("destination", row.Destination);
            one.WriteNumber("backlog", row.Backlog);
            one.WriteNumber("backlog_growth", row.Growth);
            WriteSeconds(one, "suggested_delay_seconds", row.SuggestedDelaySeconds);
            one.WriteBoolean("thrashing", row.Thrashing);
        });
        var workers = pressure.SelectMany(one => one.Workers).Distinct().ToList();
        json.WriteNumber("workers_total", workers.Count);
        WriteList(json, "workers", workers.OrderByDescending(one => one.Thrashing).ThenByDescending(one => one.BusyRatio).ThenBy(one => one.Instance, StringComparer.Ordinal).Take(MaxRows), (one, row) =>
        {
            one.WriteString("service", row.Service);
            one.WriteString("instance", row.Instance);
            one.WriteString("destination", row.Destination);
            one.WriteNumber("busy_ratio", Math.Round(row.BusyRatio, 4));
            one.WriteBoolean("thrashing", row.Thrashing);
        });
    }

    private static void WriteExporter(Utf8JsonWriter json, ExporterState exporter)
    {
        json.WriteString("exporter", exporter.Name);
        json.WriteNumber("queue_bytes", exporter.QueueBytes);
        WriteSeconds(json, "lag_seconds", exporter.LagSeconds);
        json.WriteNumber("sent_spans", exporter.Sent);
        json.WriteNumber("lost_spans", exporter.Lost);
    }

    private static void WriteStorage(Utf8JsonWriter json, in StorageState storage)
    {
        json.WriteStartObject("journal");
        json.WriteNumber("bytes", storage.JournalBytes);
        json.WriteNumber("max_bytes", storage.JournalMaxBytes);
        json.WriteNumber("free_bytes", storage.FreeBytes);
        json.WriteNumber("min_free_bytes", storage.MinFreeBytes);
        json.WriteNumber("damaged_ranges", storage.DamagedRanges);
        json.WriteEndObject();
        json.WriteNumber("accepted_spans", storage.Accepted);
        json.WriteNumber("refused_spans", storage.Refused);
        json.WriteNumber("watched_traces", storage.Traces);
        json.WriteBoolean("state_stalled", storage.Stalled);
        WriteSeconds(json, "watch_lag_seconds", storage.WatchLagSeconds);
    }
}
