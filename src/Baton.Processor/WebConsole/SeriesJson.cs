using System.Text.Json;

namespace Baton.Processor.WebConsole;

/// <summary>The answer of <c>/v1/console/series</c>: the last hour, step by step, oldest first; null where nothing was seen.</summary>
internal static class SeriesJson
{
    private static readonly Tally[] Missed = [Tally.SilentSleep, Tally.MissingCompletion, Tally.Failed];
    private static readonly Tally[] Orphans = [Tally.Orphans, Tally.OrphansAttributed];

    /// <summary>Writes the series.</summary>
    public static void Write(Utf8JsonWriter json, ConsoleSeries series)
    {
        var oldest = series.Clock.Oldest;
        json.WriteStartObject();
        json.WriteNumber("step_seconds", SeriesClock.StepSeconds);
        ConsoleJson.WriteTime(json, "from", SeriesClock.BeginUnixMillis(oldest) * 1_000_000);
        ConsoleJson.WriteList(json, "relays", series.Relays, (one, relay) => WriteRelay(one, relay, series.Of(relay), oldest));
        Write(json, "accepted_spans", oldest, series.Intake.Of);
        Write(json, "exporter_lag", oldest, series.ExporterLag.Of);
        json.WriteEndObject();
    }

    private static void WriteRelay(Utf8JsonWriter json, string relay, RelaySeries series, long oldest)
    {
        void WriteBuckets(string name, Func<SeriesBucket, double?> value) => Write(json, name, oldest, step => series.Of(step) is { } bucket ? value(bucket) : null);

        json.WriteString("relay", relay);
        WriteBuckets("published", bucket => bucket[Tally.Published]);
        WriteBuckets("in_time", bucket => bucket[Tally.InTime]);
        WriteBuckets("late", bucket => bucket[Tally.Late]);
        WriteBuckets("missed", bucket => Missed.Sum(tally => bucket[tally]));
        WriteBuckets("orphans", bucket => Orphans.Sum(tally => bucket[tally]));
        WriteBuckets("open", bucket => bucket.Open.Waiting + bucket.Open.Running);
        WriteBuckets("missed_open", bucket => bucket.Open.Missed);
        WriteBuckets("wake_up_p50", bucket => LatencyBins.Quantile(bucket.WakeUp, 0.5));
        WriteBuckets("wake_up_p99", bucket => LatencyBins.Quantile(bucket.WakeUp, 0.99));
        WriteBuckets("full_link_p50", bucket => LatencyBins.Quantile(bucket.FullLink, 0.5));
        WriteBuckets("full_link_p99", bucket => LatencyBins.Quantile(bucket.FullLink, 0.99));
    }

    private static void Write(Utf8JsonWriter json, string name, long oldest, Func<long, double?> value)
    {
        json.WriteStartArray(name);
        for (var step = oldest; step < oldest + SeriesClock.Steps; step++)
        {
            if (value(step) is { } known)
                json.WriteNumberValue(Math.Round(known, 4));
            else
                json.WriteNullValue();
        }
        json.WriteEndArray();
    }
}
