using Baton.Testing.Engine;
using Google.Protobuf;

namespace Baton.Simulation;

/// <summary>A request that a sender delivers, and repeats until it is acknowledged.</summary>
/// <param name="Second">When it is sent first, in seconds after the beginning.</param>
/// <param name="Body">The ExportTraceServiceRequest.</param>
/// <param name="Spans">The ids of its spans.</param>
internal sealed record Request(double Second, byte[] Body, IReadOnlyList<string> Spans)
{
    public static Request Of(double second, params SpanSpec[] spans) =>
        new(second, Story.Request(spans).ToByteArray(), [.. spans.Select(span => Convert.ToHexStringLower(Ids.Span(span.Id).Span))]);
}

/// <summary>
/// What happens around Baton in one run: jobs that go well, and jobs that fail in each of the ways that Baton tells. What may depend on the moment at which Baton is back (a completion that comes just before
/// or just after its deadline is told) is left out, or waits until the deadline was told: so every run of a scenario has the same outcome, crashed or not.
/// </summary>
internal sealed class Scenario
{
    /// <summary>Seconds in which jobs are published.</summary>
    public const int Seconds = 60;

    private readonly List<Request> _requests = [];

    public Scenario(int seed)
    {
        var random = new Random(seed);
        for (var job = 0; job < 18; job++) Add(job, Math.Round(random.NextDouble() * Seconds, 3), random);
        // Somebody always sends something.
        for (var second = 0; second < Seconds; second += 2) _requests.Add(Request.Of(second + 0.5, SpanSpec.Internal("work", second, second + 0.4).As($"beat{second}").In($"beat{second}")));
        _requests.Sort((a, b) => a.Second.CompareTo(b.Second));
    }

    /// <summary>What is sent at its time, in order.</summary>
    public IReadOnlyList<Request> Requests => _requests;

    /// <summary>What is sent once the deadline span of a producing span (the key) has reached the backend.</summary>
    public Dictionary<string, string> AfterDeadlineOf { get; } = [];

    /// <summary>The completion of a job whose deadline has been told.</summary>
    public static Request LateCompletion(string job, double second) =>
        Request.Of(second, SpanSpec.Internal("worker.complete", second - 0.1, second).As($"c{job}").Under($"p{job}").In(job));

    private void Add(int number, double at, Random random)
    {
        var job = $"j{number}";
        var publish = SpanSpec.Producer("produce.render_job", at, at + 0.18).As($"p{job}").In(job);
        var picked = at + 0.2 + random.NextDouble() * 6;
        var acknowledge = SpanSpec.Consumer("worker.ack_wake", picked, picked + 0.07).As($"a{job}");
        var linked = random.Next(3) == 0;
        acknowledge = linked ? acknowledge.In($"w{job}").LinkedTo($"{job}/p{job}") : acknowledge.Under($"p{job}").In(job);
        var done = picked + 0.1 + random.NextDouble() * 8;
        var complete = SpanSpec.Internal("worker.complete", picked + 0.1, done).As($"c{job}");
        complete = linked ? complete.Under($"a{job}").In($"w{job}") : complete.Under($"p{job}").In(job);
        switch (random.Next(7))
        {
            case 0: // Nobody wakes up.
                Send(at + 0.2, publish);
                break;
            case 1: // Somebody does, and never completes.
                Send(at + 0.2, publish);
                Send(picked + 0.1, acknowledge);
                break;
            case 2: // Somebody completes after the deadline.
                Send(at + 0.2, publish);
                Send(picked + 0.1, SpanSpec.Consumer("worker.ack_wake", picked, picked + 0.07).As($"a{job}").Under($"p{job}").In(job));
                AfterDeadlineOf.Add(Convert.ToHexStringLower(Ids.Span($"p{job}").Span), job);
                break;
            case 3: // A worker runs without the context, and the job is missed besides.
                Send(at + 0.2, publish);
                Send(picked + 0.1, SpanSpec.Consumer("worker.ack_wake", picked, picked + 0.07).As($"a{job}").In($"w{job}"));
                break;
            case 4: // The spans come in another order, some of them together.
                Send(done + 0.1, complete);
                Send(done + 0.4 + random.NextDouble(), publish, acknowledge);
                break;
            default:
                Send(at + 0.2, publish);
                Send(picked + 0.1, acknowledge);
                Send(done + 0.1, complete);
                break;
        }
    }

    private void Send(double at, params SpanSpec[] spans) => _requests.Add(Request.Of(at, spans));
}
