using Baton.Processor;
using Baton.Processor.Commands;

using var stop = new StopSignals();
return (int)await CommandLine.InvokeAsync(
    args, Console.Out, Console.Error, Environment.GetEnvironmentVariable, Pipeline.RunAsync, stop.Token).ConfigureAwait(false);

namespace Baton.Processor
{
    /// <summary>What the process ends with. Nothing else sets an exit code.</summary>
    internal enum ExitCode
    {
        /// <summary>It did what was asked, and was stopped or came to its end.</summary>
        Done = 0,

        /// <summary>It could not start, or failed while it ran; of an analysis: it found what it was to fail on.</summary>
        Failed = 1,

        /// <summary>The command line, the configuration or an input is wrong.</summary>
        BadUsage = 2,
    }
}
