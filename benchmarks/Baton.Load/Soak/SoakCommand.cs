using System.CommandLine;
using Baton.Load.Compare;

namespace Baton.Load.Soak;

/// <summary>`soak`: whether Baton stays as it is for as long as one likes. Exit status 1 where it did not.</summary>
internal static class SoakCommand
{
    private static readonly Option<string?> Baton = CommandOption.Of<string?>(
        "--baton", $"The baton executable or its assembly; otherwise {BatonHop.BuiltPath} of this repository.");

    /// <summary>
    /// Resident memory grows until baton remembers as much as it ever will and state.memory is full. With these that is so before the third
    /// minute; with the defaults it takes longer than the soak.
    /// </summary>
    private static readonly Option<string[]> BatonSet = CommandOption.List(
        "--baton-set", ["state.memory=64MiB", "continuity.remember=30s"], "What of baton's configuration is set.");
    private static readonly Option<double> Minutes = CommandOption.Of("--minutes", 10.0, "How long.");
    private static readonly Option<int> Connections = CommandOption.Of("--connections", 200, "Connections with one call under way each.");
    private static readonly Option<int> Stalled = CommandOption.Of("--stalled", 10, "Senders that begin requests and do not end them.");
    private static readonly Option<int> Spans = CommandOption.Of("--spans", 10, "Spans a request.");
    private static readonly Option<double> Rate = CommandOption.Of("--rate", 400.0, "Requests a second, over all connections.");
    private static readonly Option<string> Data = CommandOption.Of("--data", Path.GetTempPath(), "Directory for baton's temporary one.");

    private static readonly Option<string?> Results = CommandOption.Of<string?>(
        "--results", "Directory for the report; otherwise it is only printed.");

    public static Command Create()
    {
        var command = new Command("soak", "Small requests on many connections beside senders that stall: every good answer is OK, and memory does not grow.")
        {
            Baton, BatonSet, Minutes, Connections, Stalled, Spans, Rate, Data, Results,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            string? repository = Repository.Root();
            var options = new SoakOptions(
                Math.Max(0.05, parsed.GetValue(Minutes)), Math.Max(1, parsed.GetValue(Connections)), Math.Max(0, parsed.GetValue(Stalled)),
                Math.Max(1, parsed.GetValue(Spans)), Math.Max(1, parsed.GetValue(Rate)));
            string[] arguments = [.. parsed.GetRequiredValue(BatonSet).SelectMany(setting => (string[])["--set", setting])];
            var baton = new BatonHop(CompareArguments.Executable(parsed.GetValue(Baton), repository), new Dictionary<string, string>(), arguments);
            var result = await new SoakRun(options, baton, parsed.GetRequiredValue(Data)).RunAsync(stop);
            string commit = await MachineDescription.CommitAsync(repository ?? ".", stop);
            string report = result.Report($"{MachineDescription.Text(commit)}\n- baton {string.Join(' ', arguments)}");
            Console.WriteLine(report);
            if (parsed.GetValue(Results) is { } directory)
            {
                Directory.CreateDirectory(directory);
                await File.WriteAllTextAsync(
                    Path.Combine(directory, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}-{commit}-soak.md"), report, stop);
            }
            return result.Faults.Count == 0 ? 0 : 1;
        }
        catch (RigFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
