using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Microsoft.Extensions.Logging;

namespace Baton.Simulation.Standing;

/// <summary>A process that starts on what <see cref="StandingFill"/> left, and is there when the first deadlines pass, all at once.</summary>
internal sealed class StandingRecovery(StandingOptions options, Action<string> tell, ILogger logger)
{
    public void Run()
    {
        var before = Footprint.OfWhatIsAlive();
        var now = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(File.ReadAllText(options.ClockFile), CultureInfo.InvariantCulture)) + TimeSpan.FromSeconds(1);
        var clock = Stopwatch.StartNew();
        var process = new StandingProcess(options, now, logger);
        var opened = clock.Elapsed;
        process.Loop.TryReplay(() => false);
        var recovered = Footprint.Now();
        tell(Line($"recovery of {process.Waiting} handoffs: {clock.Elapsed.TotalSeconds:F1} s ({recovered.Cpu.TotalSeconds - before.Cpu.TotalSeconds:F1} s of processor time): {opened.TotalSeconds:F1} s stores and journal, the rest wheel, counts and replay"));
        tell($"as it ran: {recovered}");
        var alive = Footprint.OfWhatIsAlive();
        tell(Line($"without garbage: {alive}; {(alive.Resident - before.Resident) / process.Waiting} bytes for each"));
        Fire(process);
    }

    private void Fire(StandingProcess process)
    {
        var began = process.Missed;
        var longest = TimeSpan.Zero;
        while (process.Missed - began < Math.Min(options.Handoffs, options.WarmUp + options.DueAtOnce) && process.Waiting > 0)
        {
            var told = process.Missed;
            var compiling = JitInfo.GetCompilationTime();
            SpinWait.SpinUntil(() => !process.State.IsCheckpointing);
            var before = Footprint.Now();
            var clock = Stopwatch.StartNew();
            process.Time.Advance(TimeSpan.FromSeconds(0.5));
            process.ShowLife();
            longest = TimeSpan.Zero;
            process.Judge((took, _) => longest = took > longest ? took : longest);
            if (process.Missed > told) Tell(process.Missed - told, clock.Elapsed, longest, before, JitInfo.GetCompilationTime() - compiling);
        }
    }

    private void Tell(long told, TimeSpan took, TimeSpan longest, Footprint before, TimeSpan compiling)
    {
        var after = Footprint.Now();
        var cpu = after.Cpu - before.Cpu;
        tell(Line($"{told} deadlines that fell due at once: told, written and read back after {took.TotalSeconds:F1} s ({cpu.TotalSeconds:F1} s of processor time, {compiling.TotalSeconds:F1} s of it the compiler): {told / took.TotalSeconds:F0} a second, {told / cpu.TotalSeconds:F0} a second of processor time; the longest step {longest.TotalSeconds:F1} s; at most {after.Peak >> 20} MiB resident"));
        tell($"without garbage: {Footprint.OfWhatIsAlive()}");
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
