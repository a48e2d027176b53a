using System.CommandLine;
using System.Text.Json;
using Baton.Processor.Inspect;
using Baton.Processor.Journal;

namespace Baton.Processor.Commands;

/// <summary><c>baton inspect DIR</c>: what a data directory holds. It changes nothing, and may be run beside the instance that uses the directory.</summary>
internal sealed class InspectCommand(TextWriter output, TextWriter error)
{
    private readonly Argument<string> _directory = new("DIR") { Description = "The data directory: that of a journal, of a state, or the one that both are in (./data by default)." };

    private readonly Option<string> _format = new("--format") { HelpName = "table|json", Description = "How to write it.", DefaultValueFactory = _ => "table" };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new Command(
            "inspect", "Says what a data directory holds: segments, cursors, checkpoints, open handoffs, and what is lost. Exit code 0, 1 if something is damaged, 2 if there is nothing to read.");
        _format.AcceptOnlyFromAmong("table", "json");
        command.Add(_directory);
        command.Add(_format);
        command.SetAction(parsed => (int)Invoke(parsed.GetValue(_directory)!, parsed.GetValue(_format) == "json"));
        return command;
    }

    private ExitCode Invoke(string directory, bool asJson)
    {
        if (DataDirectory.TryInspect(new FileSystemDisk(), directory, out var fault) is not { } inspection)
        {
            error.WriteLine($"baton: {fault}");
            return ExitCode.BadUsage;
        }
        if (asJson) output.WriteLine(JsonSerializer.Serialize(inspection, InspectionJson.Default.Inspection));
        else new InspectionTable(output).Write(inspection);
        return inspection.IsDamaged ? ExitCode.Failed : ExitCode.Done;
    }
}
