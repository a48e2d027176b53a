using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;

namespace Baton.EndToEnd.Tests.Runbooks;

// What follows is, line for line, the program of docs/runbooks/carrying-the-context.md.
internal static class WakeUps
{
    private static readonly ActivitySource Source = new("Jobs");

    /// <summary>Producer: what is sent carries the context of the span that sends it.</summary>
    public static async Task PublishAsync(string job, Func<IDictionary<string, string>, Task> sendAsync)
    {
        using var publishing = Source.StartActivity("produce.render_job", ActivityKind.Producer);
        publishing?.SetTag("messaging.message.id", job);
        var headers = new Dictionary<string, string>();
        Propagators.DefaultTextMapPropagator.Inject(
            new PropagationContext(publishing?.Context ?? default, Baggage.Current), headers, (carrier, key, value) => carrier[key] = value);
        await sendAsync(headers);
    }

    /// <summary>Worker: first the context, then all of the work in it.</summary>
    public static async Task RunAsync(string job, IReadOnlyDictionary<string, string> headers, Func<Task> workAsync)
    {
        var woken = Propagators.DefaultTextMapPropagator.Extract(
            default, headers, (carrier, key) => carrier.TryGetValue(key, out var value) ? [value] : []);
        Baggage.Current = woken.Baggage;
        // Ends at once, and is sent soon: so a job of ten minutes does not look asleep for ten minutes.
        using (var awake = Source.StartActivity("worker.ack_wake", ActivityKind.Consumer, woken.ActivityContext))
            awake?.SetTag("messaging.message.id", job);
        using (Source.StartActivity("worker.run", ActivityKind.Internal, woken.ActivityContext))
            await workAsync();
        using var complete = Source.StartActivity("worker.complete", ActivityKind.Consumer, woken.ActivityContext);
    }
}
