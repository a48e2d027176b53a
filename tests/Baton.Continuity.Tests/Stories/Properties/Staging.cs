using System.Globalization;
using Baton.Continuity.Join;
using Baton.Testing.Engine;
using CsCheck;

namespace Baton.Continuity.Tests.Stories.Properties;

/// <summary>A death of the process.</summary>
/// <param name="At">When, in seconds; it is back at once.</param>
/// <param name="Checkpoint">When its last checkpoint was taken; null: there is none newer than that of the life before.</param>
/// <param name="Lost">For how many seconds before its death what Baton had to say did not reach the journal.</param>
internal sealed record Death(double At, double? Checkpoint, double Lost)
{
    public static Gen<Death> Any { get; } = Gen.Select(
        Gen.OneOf(Gen.Int[0, 300], Gen.Int[300, 1300], Gen.Int[5_900, 7_100]), Gen.Int[0, 400], Gen.OneOf(Gen.Const(0), Gen.Int[0, 15]),
        (at, before, lost) => new Death(at / 10.0, before > 300 ? null : Math.Max(0, (at - before) / 10.0), lost / 10.0));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"dies at {At:0.0} s, {(Checkpoint is { } at ? $"checkpoint at {at:0.0} s" : "no checkpoint")}, {Lost:0.0} s of its own entries lost");
}

/// <summary>How a story is played: what must make no difference.</summary>
internal sealed record Staging
{
    /// <summary>Over how many shards.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Seconds between looks at the clock, used round and round.</summary>
    public IReadOnlyList<double> Ticks { get; init; } = [1];

    /// <summary>When the process dies, in order of time.</summary>
    public IReadOnlyList<Death> Deaths { get; init; } = [];

    /// <summary>How long it goes on, in seconds: by then everything has been said, if not yet forgotten.</summary>
    public double Until { get; init; } = 1_000;

    /// <summary>It settles before the next thing happens, and does not take the end of the story for blindness.</summary>
    public static ContinuityOptions Rules { get; } = Relays.Of(FanOut, Stating, Beating, Relays.RenderJob, Keyed, Relays.Queue) with
    {
        SettleNanos = 5 * Relays.Second,
        BlindAfterNanos = 3_600 * Relays.Second,
    };

    private static RelayDefinition FanOut => Relays.Queue with
    {
        Name = "fan_out",
        Produce = Relays.Parse("span.name == \"announce\""),
        Expect = new() { By = "group", AllOf = ["billing", "email"] },
    };

    private static RelayDefinition Stating => Relays.Queue with
    {
        Name = "stating",
        Produce = Relays.Parse("span.name == \"send stated\""),
        DeadLetter = Relays.Parse("span.name == \"dead\""),
        Deadlines = Relays.Queue.Deadlines with { DeadlineAttribute = "deadline", NotBeforeAttribute = "not_before" },
    };

    private static RelayDefinition Beating => Relays.RenderJob with
    {
        Name = "beating",
        Produce = Relays.Parse("span.name == \"produce.beating\""),
        Deadlines = new() { ScheduleToCloseNanos = 590 * Relays.Second, HeartbeatNanos = 45 * Relays.Second },
    };

    private static RelayDefinition Keyed => Relays.Queue with { Name = "keyed", Produce = Relays.Parse("span.name == \"send keyed\""), JobIds = [JobIdKey.Of("messaging.message.id")] };

    public override string ToString() =>
        $"on {Shards} shards, ticks {string.Join(' ', Ticks.Select(tick => tick.ToString(CultureInfo.InvariantCulture)))}{string.Concat(Deaths.Select(death => $"\n  {death}"))}\n";

    public Story Play(Plan plan)
    {
        var story = new Story(Rules, Shards);
        var tick = 0;
        void PassTo(double until)
        {
            for (var now = (story.Now - Story.Epoch) / 1e9; now < until; tick++)
            {
                // Much later nothing is near: larger steps would only be fewer.
                var step = now < 150 || now > 590 ? Ticks[tick % Ticks.Count] : 20;
                now = Math.Min(until, now + step);
                story.Run(now, step);
            }
        }
        foreach (var (at, act) in Acts(plan))
        {
            PassTo(at);
            act(story);
        }
        PassTo(Until);
        return story;
    }

    private IEnumerable<(double At, Action<Story> Act)> Acts(Plan plan)
    {
        var acts = plan.Deliveries.Select(delivery => (delivery.At, Act: new Action<Story>(story => story.Arrive(delivery.At, delivery.Spans)))).ToList();
        foreach (var death in Deaths)
        {
            if (death.Checkpoint is { } at)
            {
                acts.Add((at, story => story.Checkpoint()));
            }
            acts.Add((death.At - death.Lost, story => story.JournalOwn = false));
            acts.Add((death.At, story => story.Crash((story.Now - Story.Epoch) / 1e9)));
        }
        return acts.OrderBy(act => act.At);
    }
}
