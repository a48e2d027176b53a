using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Simulation.Standing;

/// <summary>
/// How much many open handoffs take: memory and disk, checkpoints, a start, and a mass of deadlines. Each phase is a process of its own, so that its memory is its own.
/// </summary>
public static class StandingTrial
{
    /// <summary>Runs one phase here, or all of them, each in a process of its own.</summary>
    /// <param name="phase"><c>fill</c> or <c>recover</c>; null for both.</param>
    /// <param name="options">What is held.</param>
    /// <param name="arguments">The command line, for the processes of the phases.</param>
    /// <param name="logger">Told of what the product logs; null for nobody.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string? phase, StandingOptions options, string[] arguments, ILogger? logger = null)
    {
        switch (phase)
        {
            case "fill":
                new StandingFill(options, Console.WriteLine).Run();
                return 0;
            case "recover":
                new StandingRecovery(options, Console.WriteLine, logger ?? NullLogger.Instance).Run();
                return 0;
            default:
                Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors; {options.Handoffs} handoffs{(options.JobIds ? " with a job id" : "")}, state.memory {options.MemoryBytes >> 20} MiB");
                var code = InItsOwn([.. arguments, "--phase", "fill"]);
                return code == 0 ? InItsOwn([.. arguments, "--phase", "recover"]) : code;
        }
    }

    private static int InItsOwn(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Assembly.GetExecutingAssembly().Location, "open", .. arguments]))!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
