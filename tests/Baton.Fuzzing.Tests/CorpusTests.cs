namespace Baton.Fuzzing.Tests;

/// <summary>Inputs that once told something tell nothing bad today.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_and_every_past_finding_passes(string name)
    {
        Coverage.Attach();
        var target = FuzzTarget.All[name]();
        var inputs = InputFolder.Corpus(name).Concat(target.Seeds()).ToList();

        foreach (var input in inputs)
        {
            if (Record.Exception(() => target.Run(input)) is { } finding)
                Assert.Fail($"{InputFolder.NameOf(input)}, {Convert.ToBase64String(input)}: {finding}");
        }
        Assert.InRange(inputs.Count, 30, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_input_of_the_corpus_is_large(string name) =>
        Assert.All(InputFolder.Corpus(name), input => Assert.InRange(input.Length, 0, FuzzTarget.All[name]().MaxLength));
}
