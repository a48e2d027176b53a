using Baton.Fuzzing.Afl;

namespace Baton.Fuzzing.Tests;

/// <summary>
/// afl-fuzz itself, for a few seconds a target: that it still reaches the code, and whether it finds something that the corpus has not. The
/// totals of a run are in totals.txt beside the tests.
/// </summary>
public sealed class FuzzingTests(FuzzingTests.Code code) : IClassFixture<FuzzingTests.Code>
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_few_seconds_of_fuzzing_find_nothing(string target)
    {
        // The same seed each time: a change is told by what it changed. tests/fuzz goes where nobody has been.
        using var run = await AflRun.RunAsync(code.Instrumented, target, Time, TestContext.Current.CancellationToken, seed: 1);

        await File.AppendAllTextAsync(code.Totals, run.Summary + "\n", TestContext.Current.CancellationToken);
        if (run.Findings is [var finding, ..])
            Assert.Fail($"{Convert.ToBase64String(finding.Input)}\n{finding.Text}");
        Assert.True(run.Stats is { Executions: > 0, Edges: > 50 }, run.Summary);
    }

    /// <summary>One copy for all targets.</summary>
    public sealed class Code : IDisposable
    {
        public Code() => File.Delete(Totals);

        internal InstrumentedCode Instrumented { get; } = InstrumentedCode.Make();

        internal string Totals { get; } = Path.Combine(AppContext.BaseDirectory, "totals.txt");

        public void Dispose() => Instrumented.Dispose();
    }
}
