using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using BenchmarkDotNet.Attributes;

namespace Baton.Benchmarks.Judge;

/// <summary>The timing wheel with a million traces in it; times are per trace.</summary>
[MemoryDiagnoser]
public class TimingWheelBenchmarks
{
    private const int Standing = 1_000_000;
    private const int Traces = 4096;

    private readonly TimingWheel _wheel = new();
    private readonly int[] _handles = new int[Traces];
    private readonly List<Wake> _wakes = [];
    private readonly List<TraceAge> _oldest = [];
    private long _slice;

    /// <summary>Fills the wheel with what is due in years, and is moved by nobody.</summary>
    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < Standing; i++)
        {
            var trace = Trace(1, i);
            _wheel.SetOldest(_wheel.Schedule(-1, trace, (1L << 31) * TimingWheel.SliceNanos + i), trace, (i * 7919L) % Standing);
        }
        Array.Fill(_handles, -1);
    }

    /// <summary>Each is scheduled, moved as when it is picked up, moved as when it completes, and wakes to be forgotten.</summary>
    [Benchmark(OperationsPerInvoke = Traces)]
    public int ScheduleMoveMoveWake()
    {
        Schedule(50_000);
        Schedule(12_000);
        Schedule(6_000);
        _slice += 6_001;
        var woken = 0;
        for (var stop = _wheel.NextStop(_slice); stop < long.MaxValue; stop = _wheel.NextStop(_slice))
        {
            _wheel.MoveTo(stop, _wakes);
            woken += _wakes.Count;
        }
        _wheel.MoveTo(_slice, _wakes);
        return woken;
    }

    /// <summary>Each is scheduled and taken out again.</summary>
    [Benchmark(OperationsPerInvoke = Traces)]
    public void ScheduleCancel()
    {
        Schedule(50_000);
        for (var i = 0; i < Traces; i++) _wheel.Cancel(_handles[i], Trace(2, i));
    }

    /// <summary>The 4,096 oldest of all are looked for, as when more is open than may be.</summary>
    [Benchmark(OperationsPerInvoke = Traces)]
    public int FindOldest()
    {
        _wheel.FindOldest(Traces, _oldest);
        return _oldest.Count;
    }

    private void Schedule(long ahead)
    {
        for (var i = 0; i < Traces; i++)
        {
            _handles[i] = _wheel.Schedule(_handles[i], Trace(2, i), (_slice + ahead) * TimingWheel.SliceNanos - i);
        }
    }

    private static TraceId Trace(ulong kind, int number) => new((ulong)number * 0x9E3779B97F4A7C15, kind);
}
