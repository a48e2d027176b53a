using Baton.Processor.Journal;
using Baton.Simulation;

namespace Baton.Processor.Tests.Simulation;

/// <summary>
/// The short form of the campaigns: journal, state, engine and watch loop together, on virtual time and a simulated disk, crashed and compared with the run that never crashed.
/// The long form: <c>dotnet run -c Release --project tests/Baton.Simulation -- crashes --count 100000</c>.
/// </summary>
public sealed class CrashCampaignTests
{
    public static TheoryData<int> Models => [.. Enumerable.Range(0, Model.All.Count)];

    [Theory]
    [MemberData(nameof(Models))]
    public void After_any_number_of_crashes_nothing_is_lost_nothing_invented_and_nothing_told_twice(int model)
    {
        var campaign = new Campaign(Model.All[model]);
        for (var seed = 1; seed <= 30; seed++) campaign.CrashAtRandom(seed);
        Assert.InRange(campaign.Crashes, 150, long.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_crash_at_any_boundary_of_a_scenario_changes_nothing_that_is_seen_downstream(int model)
    {
        var campaign = new Campaign(Model.All[model]);
        // Every boundary would take minutes.
        campaign.CrashAtEveryBoundary(seed: 1000 + model, step: 8);
        Assert.InRange(campaign.Runs, 50, long.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void On_FASTER_too(int model)
    {
        var campaign = new Campaign(Model.All[model] with { Faster = true });
        for (var seed = 1; seed <= 4; seed++) campaign.CrashAtRandom(seed);
        Assert.InRange(campaign.Crashes, 20, long.MaxValue);
    }

    [Theory]
    [InlineData(Flaw.SkippedSync, Death.Power)]
    [InlineData(Flaw.AckBeforeWrite, Death.Process)]
    [InlineData(Flaw.MissingRename, Death.Process)]
    [InlineData(Flaw.CursorAdvancedEarly, Death.Process)]
    [InlineData(Flaw.VerdictRepeated, Death.Process)]
    public void A_planted_bug_is_noticed(Flaw flaw, Death death)
    {
        var campaign = new Campaign(new Model { Death = death, Durability = JournalDurability.Disk, Flaw = flaw });

        var broken = Assert.Throws<BrokenPromiseException>(() =>
        {
            for (var seed = 1; seed <= 40; seed++) campaign.CrashAtRandom(seed);
        });

        Assert.StartsWith("seed ", broken.Message, StringComparison.Ordinal);
    }
}
