using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Baton.Load.Compare;

/// <summary>Where and on what a comparison ran, as far as figures depend on it.</summary>
internal static class MachineDescription
{
    public static string Text(string commit) =>
        $"""
        - Commit: {commit}
        - Machine: {Environment.ProcessorCount} cores, {CpuModel()}, {MemoryGiB()} GiB
        - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}
        - .NET: {RuntimeInformation.FrameworkDescription}, workstation collector; rig built for {Build}
        """;

    /// <summary>A bare hop of a Debug build is slower than the one that Baton is to be compared with.</summary>
    private static string Build =>
        typeof(MachineDescription).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true }
            ? "Debug: ratios mean nothing"
            : "Release";

    /// <summary>The short commit id, with `-dirty` where tracked files differ from it; `unknown` outside a repository.</summary>
    public static async Task<string> CommitAsync(string repository, CancellationToken stop)
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", repository, "describe", "--always", "--dirty", "--exclude", "*"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var git = Process.Start(start)!;
            string commit = (await git.StandardOutput.ReadToEndAsync(stop)).Trim();
            await git.WaitForExitAsync(stop);
            return git.ExitCode == 0 && commit.Length > 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }

    private static string CpuModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line.Split(':', 2)[1].Trim()
            : "unknown CPU";

    private static long MemoryGiB() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
}
