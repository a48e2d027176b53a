using Baton.Processor.Configuration;
using Baton.Processor.Tests.House;

namespace Baton.Processor.Tests.Configuration;

/// <summary>
/// Each file of Faults/ is a wrong configuration; its last lines, which begin with <c>#!</c>, are what Baton says about it, word for word
/// (without the file's name before line and column).
/// </summary>
public sealed class FaultTests
{
    private const string Folder = "tests/Baton.Processor.Tests/Configuration/Faults";
    private const string Marker = "#! ";

    public static TheoryData<string> Files => [.. Directory.GetFiles(Repository.PathOf(Folder), "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_fault_of_a_file_is_told_with_its_place_and_a_remedy(string file)
    {
        var path = Repository.PathOf(Path.Combine(Folder, file));
        var text = File.ReadAllText(path);
        var source = string.Concat(text.Split('\n').Where(line => !line.StartsWith(Marker, StringComparison.Ordinal)).Select(line => line + "\n")).TrimEnd('\n') + "\n";

        var faults = BatonConfiguration.Load([path], [], Environment).Faults;

        Assert.NotEmpty(faults);
        var told = faults.SelectMany(fault => fault.ToString().Split('\n')).Select(line => Marker + (line.StartsWith(path, StringComparison.Ordinal) ? line[(path.Length + 1)..] : line) + "\n");
        Repository.AssertGenerated(Path.Combine(Folder, file), source + string.Concat(told));
    }

    [Fact]
    public void No_message_repeats_what_comes_from_the_environment_or_stands_in_a_header()
    {
        foreach (var file in Directory.GetFiles(Repository.PathOf(Folder), "*.yaml"))
        {
            foreach (var fault in BatonConfiguration.Load([file], [], Environment).Faults)
            {
                Assert.DoesNotContain("s3cret", fault.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
            }
        }
    }

    private static string? Environment(string name) => name switch
    {
        "TOKEN" => "s3cret",
        "CONDITION" => "s3cret ==",
        "EMPTY" => "",
        _ => null,
    };
}
