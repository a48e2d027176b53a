using System.CommandLine;
using Baton.Processor.Demo;

namespace Baton.Processor.Commands;

/// <summary><c>baton demo</c>: plays the reference failures into an instance of its own, and tells what Baton concludes of each.</summary>
internal sealed class DemoCommand(TextWriter output, Func<string, string?> environment, RunPipeline pipeline)
{
    /// <summary>The command.</summary>
    public Command Create(CancellationToken stop)
    {
        var command = new Command(
            "demo",
            "Shows every verdict within half a minute: plays healthy and broken jobs into a Baton of its own. Needs nothing, leaves nothing behind.");
        command.SetAction(async (_, _) => (int)await InvokeAsync(stop).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> InvokeAsync(CancellationToken stop)
    {
        var screen = Screen.On(output, environment);
        try
        {
            return await new DemoRun(pipeline, screen, TimeProvider.System).RunAsync(stop).ConfigureAwait(false) ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not every conclusion was seen, so it is no success; nor is it a fault.
            screen.Line();
            screen.Line("Stopped before its end; nothing is left behind.");
            return ExitCode.Failed;
        }
    }
}
