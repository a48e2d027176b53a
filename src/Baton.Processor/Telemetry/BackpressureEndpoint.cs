using System.Text.Json;
using Baton.Continuity.Judge;

namespace Baton.Processor.Telemetry;

/// <summary>
/// <c>GET /v1/backpressure?destination=NAME</c>: whether a producer should slow down. Without a destination, all of them. Answers what the
/// watch leg saw last, about a second ago at most. Safe for any number of threads.
/// </summary>
internal sealed class BackpressureEndpoint
{
    private volatile IReadOnlyList<DestinationPressure> _pressure = [];

    /// <summary>What is answered, in the order of the destinations' names.</summary>
    public IReadOnlyList<DestinationPressure> Pressure => _pressure;

    /// <summary>Keeps what is answered from now on.</summary>
    public void Set(IReadOnlyList<DestinationPressure> pressure) => _pressure = pressure;

    /// <summary>Answers one request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var asked = context.Request.Query["destination"];
        if (asked.Count == 0 && context.Request.Query.Count == 0)
            return WriteAsync(context, json => WriteAll(json, _pressure));
        if (asked.Count != 1 || string.IsNullOrEmpty(asked[0]))
        {
            return FailAsync(context, StatusCodes.Status400BadRequest,
                "Which destination? Ask for /v1/backpressure?destination=NAME, with the name that producers publish to; or without any parameter, for all of them.");
        }
        if (_pressure.FirstOrDefault(one => one.Destination == asked[0]) is { } found)
            return WriteAsync(context, json => Write(json, found));
        return FailAsync(context, StatusCodes.Status404NotFound,
            "Nothing is known of that destination: no job was published to it, and no worker took from it, lately. /v1/backpressure without a parameter lists those that are known.");
    }

    private static void WriteAll(Utf8JsonWriter json, IReadOnlyList<DestinationPressure> all)
    {
        json.WriteStartObject();
        json.WriteStartArray("destinations");
        foreach (var one in all)
            Write(json, one);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DestinationPressure pressure)
    {
        json.WriteStartObject();
        json.WriteString("destination", pressure.Destination);
        json.WriteNumber("backlog", pressure.Backlog);
        json.WriteNumber("backlog_growth", pressure.Growth);
        if (pressure.BusyRatio is { } busy)
            json.WriteNumber("busy_ratio", Math.Round(busy, 4));
        else
            json.WriteNull("busy_ratio");
        json.WriteNumber("suggested_delay_seconds", Math.Round(pressure.SuggestedDelaySeconds, 3));
        json.WriteBoolean("thrashing", pressure.Thrashing);
        json.WriteStartArray("channels");
        foreach (var channel in pressure.Channels)
        {
            json.WriteStartObject();
            json.WriteString("relay", channel.Relay);
            json.WriteString("system", channel.System);
            json.WriteString("routing_key", channel.RoutingKey);
            json.WriteNumber("backlog", channel.Backlog);
            json.WriteNumber("backlog_growth", channel.Growth);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("workers");
        foreach (var worker in pressure.Workers)
        {
            json.WriteStartObject();
            json.WriteString("service", worker.Service);
            json.WriteString("instance", worker.Instance);
            json.WriteString("destination", worker.Destination);
            json.WriteNumber("busy_ratio", Math.Round(worker.BusyRatio, 4));
            json.WriteBoolean("thrashing", worker.Thrashing);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
        });
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
            write(json);
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted).ConfigureAwait(false);
    }
}
