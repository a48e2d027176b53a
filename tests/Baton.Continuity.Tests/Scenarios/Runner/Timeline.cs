using Baton.Testing.Engine;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>Something that happens: spans arrive in one request, or Baton itself does something.</summary>
internal sealed record Moment(double At, SpanSpec[]? Spans = null, StepOptions? Step = null);

/// <summary>Everything that happens in a scenario, in order, for one way of playing it.</summary>
internal sealed class Timeline
{
    private const double RepeatedAfter = 1;

    public Timeline(Scenario scenario, Way way)
    {
        var requests = scenario.Cast.Spans.Where(span => span.Arrives is not null).GroupBy(span => span.Arrives!.Value)
            .OrderBy(group => group.Key).Select(group => new Moment(group.Key, [.. group.Select(span => span.Span)])).ToList();
        var arrivals = way switch
        {
            Way.Reversed => Reverse(requests, scenario.Section.ExportLag.TotalSeconds),
            Way.Repeated => requests.SelectMany(request => new[] { request, request, request with { At = request.At + RepeatedAfter } }),
            _ => requests,
        };
        var steps = scenario.Told.Baton.Select(step => new Moment(step.At.TotalSeconds, Step: step));
        Moments = [.. arrivals.Concat(steps).Concat(scenario.Told.Traffic.SelectMany(Requests)).OrderBy(moment => moment.At)];
    }

    public IReadOnlyList<Moment> Moments { get; }

    /// <summary>A span that concerns no relay: its arrival shows that time has passed, and that senders are alive.</summary>
    public static SpanSpec Unrelated(double at) => new("something else", Span.Types.SpanKind.Internal, at, at)
    {
        Id = $"traffic at {at}",
        Trace = $"traffic at {at}",
        Service = "something else",
    };

    private static IEnumerable<Moment> Reverse(List<Moment> requests, double exportLag)
    {
        for (var first = 0; first < requests.Count;)
        {
            var next = first;
            while (next < requests.Count && requests[next].At <= requests[first].At + exportLag)
            {
                next++;
            }
            var at = requests[next - 1].At;
            foreach (var span in requests[first..next].SelectMany(request => request.Spans!).Reverse())
            {
                yield return new Moment(at, [span]);
            }
            first = next;
        }
    }

    private static IEnumerable<Moment> Requests(TrafficOptions traffic)
    {
        for (var at = traffic.From; at <= traffic.Until; at += traffic.Every)
        {
            yield return new Moment(at.TotalSeconds, [Unrelated(at.TotalSeconds)]);
        }
    }
}
