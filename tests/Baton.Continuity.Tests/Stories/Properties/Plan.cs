using System.Globalization;
using Baton.Testing.Engine;
using CsCheck;

namespace Baton.Continuity.Tests.Stories.Properties;

/// <summary>A request on its way: which spans, and when it arrives, in seconds.</summary>
internal sealed record Delivery(double At, SpanSpec[] Spans);

/// <summary>A generated story: what becomes of some jobs, and how their spans arrive. Prints as one reads it.</summary>
/// <param name="Jobs">The fates and when each begins.</param>
/// <param name="Delays">How long each span takes from its end to Baton; used round and round.</param>
/// <param name="Repeats">Which spans are delivered once more, and how long after they ended.</param>
/// <param name="Together">The senders' interval, in seconds: they keep what they have until then, and send it in one request; 0: each span alone.</param>
internal sealed record Plan(
    IReadOnlyList<(string Fate, double At)> Jobs, IReadOnlyList<double> Delays, IReadOnlyList<(int Span, double Delay)> Repeats, double Together)
{
    /// <summary>
    /// What arrives within export_lag (10 s) of each other's end: less the three seconds by which a span may end before the one it lies in, and
    /// the three for which a request may wait to be full.
    /// </summary>
    private const double LongestDelay = 3.9;

    /// <summary>Less than `remember` (5 min): what comes again after that is new.</summary>
    private const double AnyDelay = 280;

    /// <summary>Some jobs that begin within five seconds, and whose spans arrive as promised.</summary>
    public static Gen<Plan> WithinExportLag { get; } = Of(LongestDelay);

    /// <summary>The same, but spans may take minutes.</summary>
    public static Gen<Plan> HoweverSlow { get; } = Of(AnyDelay);

    public IReadOnlyList<SpanSpec> Spans { get; } = [.. Jobs.SelectMany((job, i) => Fates.All[job.Fate]($"j{i}", job.At))];

    /// <summary>The same jobs, with every span arriving at once when it ends, by itself.</summary>
    public Plan Punctual => new(Jobs, [0], [], 0);

    public IReadOnlyList<Delivery> Deliveries
    {
        get
        {
            var arrivals = Spans.Select((span, i) => (At: span.End + Delays[i % Delays.Count], Span: span))
                .Concat(Repeats.Select(repeat => (Span: Spans[repeat.Span % Spans.Count], repeat.Delay)).Select(again => (At: again.Span.End + again.Delay, again.Span)))
                .OrderBy(arrival => arrival.At).ToList();
            return Together == 0
                ? [.. arrivals.Select(arrival => new Delivery(arrival.At, [arrival.Span]))]
                : [.. arrivals.GroupBy(arrival => Math.Ceiling(arrival.At / Together)).Select(batch => new Delivery(batch.Key * Together, [.. batch.Select(one => one.Span)]))];
        }
    }

    public override string ToString()
    {
        var lines = Jobs.Select((job, i) => string.Create(CultureInfo.InvariantCulture, $"j{i}: {job.Fate}, from {job.At:0.0} s on"))
            .Concat(Deliveries.Select(delivery => string.Create(
                CultureInfo.InvariantCulture, $"  {delivery.At:0.00} s: {string.Join(", ", delivery.Spans.Select(span => $"{span.Name} {span.Id}"))}")));
        return "\n" + string.Join("\n", lines) + "\n";
    }

    private static Gen<Plan> Of(double longest)
    {
        var delay = Gen.Int[0, (int)(longest * 100)].Select(hundredths => hundredths / 100.0);
        return Gen.Select(
            Gen.Select(Gen.OneOf([.. Fates.All.Keys.Select(Gen.Const)]), Gen.Int[0, 50]).Select((fate, tenths) => (fate, tenths / 10.0)).List[1, 8],
            delay.List[1, 20],
            Gen.Select(Gen.Int[0, 40], delay).List[0, 10],
            Gen.OneOf(Gen.Const(0.0), Gen.Const(0.5), Gen.Const(3.0)),
            (jobs, delays, repeats, together) => new Plan(jobs, delays, repeats, together));
    }
}
