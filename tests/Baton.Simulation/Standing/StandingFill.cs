using System.Diagnostics;
using System.Globalization;
using Baton.Testing.Engine;

namespace Baton.Simulation.Standing;

/// <summary>Publishes jobs that nobody picks up until so many are open, and measures what each takes; ends as if killed, with some of the journal to be replayed.</summary>
internal sealed class StandingFill(StandingOptions options, Action<string> tell)
{
    // Fifty requests a virtual second: 100,000 jobs.
    private const int StepsPerSecond = 50;

    private readonly List<TimeSpan> _stalls = [];
    private TimeSpan _longest;

    public void Run()
    {
        if (Directory.Exists(options.Directory)) Directory.Delete(options.Directory, recursive: true);
        Directory.CreateDirectory(options.Directory);
        var before = Footprint.OfWhatIsAlive();
        var process = new StandingProcess(options, DateTimeOffset.FromUnixTimeMilliseconds(Story.Epoch / 1_000_000));
        process.Loop.TryReplay(() => false);
        var clock = Stopwatch.StartNew();
        var requests = options.Handoffs / StandingProcess.JobsPerRequest;
        for (var number = 0L; number < requests; number++) Publish(process, number);
        var filled = Footprint.Now();
        tell(Line($"{process.Waiting} handoffs are open after {clock.Elapsed.TotalSeconds:F0} s: {process.Waiting / clock.Elapsed.TotalSeconds:F0} a second of the clock, {process.Waiting / filled.Cpu.TotalSeconds:F0} a second of processor time"));
        Save(process, "checkpoint of what changed since the one before");
        PublishSome(process, requests, "checkpoint after a further 100,000");
        Tell(process, before);
        for (var number = requests + 100; number < requests + 200; number++) Publish(process, number);
        File.WriteAllText(options.ClockFile, process.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        tell(Line($"longest step of the judging thread {_longest.TotalMilliseconds:F0} ms; with the beginning of a checkpoint {string.Join(", ", _stalls.Select(stall => stall.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture)))} ms"));
    }

    private void PublishSome(StandingProcess process, long from, string what)
    {
        for (var number = from; number < from + 50; number++) Publish(process, number);
        Save(process, what);
    }

    private void Publish(StandingProcess process, long number)
    {
        // The first ones all ended at the same moment, so that they fall due at the same; a few of them five seconds earlier.
        var job = number * StandingProcess.JobsPerRequest;
        process.Publish(number, job < options.WarmUp ? Story.Epoch - 5_000_000_000 : job < options.WarmUp + options.DueAtOnce ? Story.Epoch : null);
        process.Judge(Stepped);
        process.Time.Advance(TimeSpan.FromSeconds(1.0 / StepsPerSecond));
    }

    private void Save(StandingProcess process, string what)
    {
        SpinWait.SpinUntil(() => !process.State.IsCheckpointing);
        process.Time.Advance(TimeSpan.FromSeconds(29));
        process.ShowLife();
        process.Judge();
        process.Time.Advance(TimeSpan.FromSeconds(29));
        process.ShowLife();
        var clock = Stopwatch.StartNew();
        process.Judge(Stepped);
        var stalled = clock.Elapsed;
        SpinWait.SpinUntil(() => !process.State.IsCheckpointing);
        tell(Line($"{what}: judging stood still for at most {stalled.TotalMilliseconds:F0} ms, durable after {clock.Elapsed.TotalSeconds:F1} s"));
    }

    private void Stepped(TimeSpan took, bool began)
    {
        if (took > _longest) _longest = took;
        if (began) _stalls.Add(took);
    }

    private void Tell(StandingProcess process, Footprint before)
    {
        var ran = Footprint.Now();
        var alive = Footprint.OfWhatIsAlive();
        var open = process.Waiting;
        var stores = process.State.Stores.Sum(store => store.MemoryBytes);
        tell($"as it ran: {ran}");
        tell($"without garbage: {alive}; before: {before.Resident >> 20} MiB");
        tell(Line($"records {process.State.Stores.Sum(store => store.Records)}, memory of the stores {stores >> 20} MiB, on disk {process.State.Stores.Sum(store => store.DiskBytes) >> 20} MiB, journal {process.Journal.SizeBytes >> 20} MiB"));
        tell(Line($"bytes of memory for each of {open} open handoffs: {(ran.Resident - before.Resident) / open} as it ran, {(alive.Resident - before.Resident) / open} without garbage; {stores / open} of it stores, the rest wheel and all else"));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
