namespace Baton.Processor.WebConsole;

/// <summary>A figure that is looked at about once a second, step by step over the last hour. One writer; readers may see a step half done.</summary>
internal sealed class SampledSeries(SeriesClock clock)
{
    private readonly long[] _steps = new long[SeriesClock.Steps];
    private readonly double[] _values = new double[SeriesClock.Steps];

    /// <summary>Adds to the present step.</summary>
    public void Add(double value) => Current() += value;

    /// <summary>Keeps the largest within the present step.</summary>
    public void Max(double value)
    {
        ref var kept = ref Current();
        kept = Math.Max(kept, value);
    }

    /// <summary>The value of a step; null if it was not looked at.</summary>
    public double? Of(long step)
    {
        var place = step % SeriesClock.Steps;
        return Volatile.Read(ref _steps[place]) == step ? Volatile.Read(ref _values[place]) : null;
    }

    private ref double Current()
    {
        var step = clock.Newest;
        var place = step % SeriesClock.Steps;
        if (_steps[place] != step)
        {
            Volatile.Write(ref _values[place], 0);
            Volatile.Write(ref _steps[place], step);
        }
        return ref _values[place];
    }
}
