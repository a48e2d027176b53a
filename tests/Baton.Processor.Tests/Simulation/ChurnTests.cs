using Baton.Simulation;
using Baton.Testing;

namespace Baton.Processor.Tests.Simulation;

/// <summary>The short form of <c>dotnet run -c Release --project tests/Baton.Simulation -- churn --minutes 20</c>.</summary>
public sealed class ChurnTests
{
    [Fact]
    public void Jobs_that_come_and_go_leave_nothing_behind()
    {
        using var temporary = new TempDirectory();
        var churn = new Churn { PerSecond = 1_000, MemoryBytes = 12 << 20, RememberSeconds = 5, SampleSeconds = 10 };

        var samples = churn.Run(temporary["churn"], seconds: 160).ToList();

        // Some 7,000 records of 224 bytes are alive; 160,000 have come and gone, each of them several records.
        var early = samples.Skip(samples.Count / 2).Take(samples.Count / 4).ToList();
        var late = samples.TakeLast(samples.Count / 4).ToList();
        Assert.All(samples, sample => Assert.InRange(sample.Traces, 0, 30_000));
        Assert.All(samples, sample => Assert.InRange(sample.StateMemory, 0, 12 << 20));
        Assert.True(late.Max(sample => sample.StateDisk) <= early.Max(sample => sample.StateDisk) + (32 << 20), string.Join('\n', samples));
        Assert.True(late.Max(sample => sample.JournalDisk) <= early.Max(sample => sample.JournalDisk) + (16 << 20), string.Join('\n', samples));
        Assert.InRange(late.Max(sample => sample.StateDisk), 0, 6 << 25);
    }
}
