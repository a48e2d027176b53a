using System.Reflection;

namespace Baton.Mutants;

/// <summary>The class by which Stryker switches mutants; every mutated assembly has one.</summary>
internal sealed class MutantControl
{
    /// <summary>The unchanged code.</summary>
    public const int None = -1;

    private readonly FieldInfo _active;
    private readonly FieldInfo _capture;
    private readonly MethodInfo _coverage;

    /// <param name="mutated">An assembly that Stryker compiled.</param>
    public MutantControl(Assembly mutated)
    {
        var type = mutated.GetTypes().FirstOrDefault(type => type.Name == "MutantControl")
            ?? throw new InvalidOperationException($"{mutated.Location} was not compiled by Stryker.");
        _active = type.GetField("ActiveMutant")!;
        _capture = type.GetField("CaptureCoverage")!;
        _coverage = type.GetMethod("GetCoverageData")!;
    }

    /// <summary>Switches one mutant on, and whichever was on off.</summary>
    public void Activate(int mutant) => _active.SetValue(null, mutant);

    /// <summary>Which mutants are passed while something runs.</summary>
    public IList<int> Cover(Action run)
    {
        _coverage.Invoke(null, []);
        _capture.SetValue(null, true);
        try
        {
            run();
        }
        finally
        {
            _capture.SetValue(null, false);
        }
        return ((IList<int>[])_coverage.Invoke(null, [])!)[0];
    }
}
