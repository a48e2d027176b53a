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

        /// <summary>It could not start, or failed while it ran.</summary>
        Failed = 1,

        /// <summary>The command line or the configuration is wrong; nothing was started.</summary>
        BadUsage = 2,
    }
}
