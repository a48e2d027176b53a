using Baton.Continuity.Join;
using Baton.Continuity.Learn;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Watch;

namespace Baton.Processor.Tests.Watch;

public sealed class ContinuityRulesTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void The_defaults_of_the_configuration_are_those_of_the_engine()
    {
        var engine = new ContinuityOptions { Relays = [] };

        var rules = ContinuityRules.From(new ContinuitySection());

        Assert.Equal(engine, rules with { Relays = engine.Relays });
    }

    [Fact]
    public void The_bound_on_open_jobs_is_that_of_state()
    {
        Assert.Equal(5_000, ContinuityRules.From(new BatonOptions { State = new() { MaxHandoffs = 5_000 } }).MaxHandoffs);
        Assert.Equal(new ContinuityOptions { Relays = [] }.MaxHandoffs, ContinuityRules.From(new BatonOptions()).MaxHandoffs);
    }

    [Fact]
    public void Relays_of_the_file_are_asked_before_the_built_in_ones()
    {
        var rules = ContinuityRules.From(new ContinuitySection { Relays = [Relay(new() { ScheduleToClose = TimeSpan.FromMinutes(1) })] });

        Assert.Equal(["render_job", "callback", "default"], rules.Relays.Select(relay => relay.Name));
        Assert.Equal([RelayArming.Always, RelayArming.AfterCompletion, RelayArming.Learned], rules.Relays.Select(relay => relay.Arming));
        Assert.Equal([false, true, true], rules.Relays.Select(relay => relay.BuiltIn));
    }

    [Fact]
    public void Built_in_relays_can_be_turned_off()
    {
        var off = new BuiltInRelayOptions { Enabled = false };

        Assert.Empty(ContinuityRules.From(new ContinuitySection { CallbackRelay = off, DefaultRelay = new() { Enabled = false } }).Relays);
    }

    [Fact]
    public void Schedule_to_close_is_the_factor_times_the_longest_job_unless_given_outright()
    {
        var usual = Deadlines(new() { MaxJobDuration = TimeSpan.FromMinutes(9) });
        var patient = Deadlines(new() { MaxJobDuration = TimeSpan.FromMinutes(9), Factor = 2, ScheduleToStart = TimeSpan.FromSeconds(30) });
        var outright = Deadlines(new() { ScheduleToClose = TimeSpan.FromMinutes(5), StartToClose = TimeSpan.FromMinutes(4) });

        Assert.Equal(new RelayDeadlines { ScheduleToCloseNanos = 810 * Second }, usual);
        Assert.Equal(new RelayDeadlines { ScheduleToCloseNanos = 1080 * Second, ScheduleToStartNanos = 30 * Second }, patient);
        Assert.Equal(new RelayDeadlines { ScheduleToCloseNanos = 300 * Second, StartToCloseNanos = 240 * Second }, outright);
    }

    [Fact]
    public void A_deadline_can_be_learned_alone_or_beside_one_that_stands_until_then()
    {
        var alone = Deadlines(new() { Learn = new() });
        var beside = Deadlines(new()
        {
            MaxJobDuration = TimeSpan.FromMinutes(9),
            Learn = new() { Quantile = 0.9, Factor = 2, Min = TimeSpan.FromSeconds(1), Max = TimeSpan.FromHours(1), WarmUp = 5 },
        });

        Assert.Equal(new RelayDeadlines { ScheduleToCloseNanos = 0, Learning = new DeadlineLearning() }, alone);
        Assert.Equal(810 * Second, beside.ScheduleToCloseNanos);
        Assert.Equal(
            new DeadlineLearning { Quantile = 0.9, Factor = 2, MinNanos = Second, MaxNanos = 3600 * Second, WarmUp = 5 }, beside.Learning);
    }

    [Fact]
    public void Conditions_that_are_left_out_stay_out()
    {
        var relay = ContinuityRules.From(new ContinuitySection
        {
            Relays = [Relay(new() { ScheduleToClose = TimeSpan.FromMinutes(1) }) with { Complete = new ConditionText("span.name == \"worker.complete\"") }],
        }).Relays[0];

        Assert.Null(relay.Produce);
        Assert.Null(relay.Acknowledge);
        Assert.Equal("span.name == \"worker.complete\"", relay.Complete?.Text);
    }

    private static RelayOptions Relay(RelayDeadlinesOptions deadlines) => new() { Name = "render_job", Deadlines = deadlines };

    private static RelayDeadlines Deadlines(RelayDeadlinesOptions deadlines) =>
        ContinuityRules.From(new ContinuitySection { Relays = [Relay(deadlines)] }).Relays[0].Deadlines;
}
