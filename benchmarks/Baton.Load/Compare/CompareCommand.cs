using System.CommandLine;

namespace Baton.Load.Compare;

/// <summary>
/// `compare`: what Baton costs beside the bare hop, as one table. Exit status 1 where spans went missing, calls failed, or the rig could
/// not run.
/// </summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var command = new Command("compare", "Runs the bare hop and baton in turn, and prints CPU per million spans as a Markdown table.");
        foreach (var option in CompareArguments.All) command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            string? repository = Repository.Root();
            var options = CompareArguments.Options(parsed, repository);
            var hops = CompareArguments.Hops(parsed, repository);
            var cells = await new Comparison(options, hops).RunAsync(stop);
            string commit = await MachineDescription.CommitAsync(repository ?? ".", stop);
            string report = Report.Write(options, hops, cells, MachineDescription.Text(commit));
            Console.WriteLine(report);
            await KeepAsync(options.Results, commit, report);
            return cells.All(cell => cell is { Missing: 0, FailedCalls: 0 }) ? 0 : 1;
        }
        catch (RigFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static async Task KeepAsync(string directory, string commit, string report)
    {
        Directory.CreateDirectory(directory);
        string file = Path.Combine(directory, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}-{commit}.md");
        await File.WriteAllTextAsync(file, report);
        await Console.Error.WriteLineAsync($"written to {file}");
    }
}
