using System.Diagnostics;

namespace Baton.Fuzzing.Afl;

/// <summary>Runs a program to its end.</summary>
internal static class ChildProcess
{
    /// <summary>Killed, with what it has started, means exit code -1.</summary>
    public static async Task<(int Code, string Output)> RunAsync(ProcessStartInfo info, CancellationToken cancellation)
    {
        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, await output + await errors);
        }
        return (process.ExitCode, await output + await errors);
    }
}
