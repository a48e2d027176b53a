using Baton.Continuity.Judge;

namespace Baton.Continuity.Tests.Mutants;

/// <summary>
/// The only test that Stryker itself runs (MUTANTS=prepare): it keeps the assembly with the mutants, which is undone when Stryker ends.
/// </summary>
public class KeptTests
{
    [Fact]
    public void The_assembly_with_the_mutants_is_kept()
    {
        Assert.Equal("unknown", Names.Of(Verdict.Unknown));
        if (Environment.GetEnvironmentVariable("MUTANTS_KEPT") is { Length: > 0 } path)
        {
            File.Copy(typeof(Names).Assembly.Location, path, overwrite: true);
        }
    }
}
