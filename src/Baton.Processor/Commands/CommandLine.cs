using System.CommandLine;
using System.CommandLine.Invocation;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Commands;

/// <summary>Runs the service until the token is cancelled; <see cref="Pipeline.RunAsync"/>, or a double in tests.</summary>
internal delegate Task RunPipeline(
    BatonOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken stop, ConfigurationSource? source = null);

/// <summary>
/// The command line: <c>baton [run]</c>, <c>baton validate</c>, <c>baton inspect</c>, <c>baton health</c>, <c>baton analyze</c>, <c>baton demo</c>. Results go to the output; faults, and what is wrong
/// with the command line, to the error stream.
/// </summary>
internal static class CommandLine
{
    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="environment">Answers the value of an environment variable, or null.</param>
    /// <param name="pipeline">What <c>run</c> and <c>demo</c> run.</param>
    /// <param name="stop">Asks for a graceful stop.</param>
    /// <param name="input">Standard input; null for the process's own.</param>
    public static async Task<ExitCode> InvokeAsync(
        string[] arguments, TextWriter output, TextWriter error, Func<string, string?> environment, RunPipeline pipeline, CancellationToken stop,
        Func<Stream>? input = null)
    {
        var configuration = new ConfigurationArguments(error, environment);
        var run = new RunCommand(configuration, pipeline);
        var root = new RootCommand("Baton follows each job from its producer to its completion, through the spans that pass, and says when it is lost.");
        configuration.AddTo(root);
        root.SetAction(async (parsed, _) => (int)await run.InvokeAsync(parsed, stop).ConfigureAwait(false));
        root.Add(run.Create(stop));
        root.Add(new ValidateCommand(configuration, output).Create());
        root.Add(new InspectCommand(output, error).Create());
        root.Add(new HealthCommand(output, error).Create(stop));
        root.Add(new AnalyzeCommand(configuration, output, error, environment, input ?? Console.OpenStandardInput).Create(stop));
        root.Add(new DemoCommand(output, environment, pipeline).Create(stop));

        var result = root.Parse(arguments);
        // Baton's own exit codes and signals (Program, StopSignals) replace the library's.
        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (result.Action is ParseErrorAction usage)
        {
            usage.ShowHelp = false;
            invocation.Output = error;
            await result.InvokeAsync(invocation, CancellationToken.None).ConfigureAwait(false);
            await error.WriteLineAsync("Run baton --help for what there is.").ConfigureAwait(false);
            return ExitCode.BadUsage;
        }
        return await InvokeAsync(result, invocation, error, stop).ConfigureAwait(false);
    }

    private static async Task<ExitCode> InvokeAsync(ParseResult result, InvocationConfiguration invocation, TextWriter error, CancellationToken stop)
    {
        try
        {
            return (ExitCode)await result.InvokeAsync(invocation, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (StartupException e)
        {
            await error.WriteLineAsync($"baton: {e.Message}").ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last resort of the process: whatever it is, it is told, and the exit code says so.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await error.WriteLineAsync($"baton: unexpected failure, a bug; please report it with this text:\n{e}").ConfigureAwait(false);
        }
        return ExitCode.Failed;
    }
}
