using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.WebConsole;

/// <summary>What happened to a relay over several steps together.</summary>
internal sealed class RelaySum
{
    private readonly long[] _counts = new long[Enum.GetValues<Tally>().Length];
    private readonly int[] _wakeUp = new int[LatencyBins.Count];
    private readonly int[] _fullLink = new int[LatencyBins.Count];

    private RelaySum()
    {
    }

    /// <summary>How often it happened.</summary>
    public long this[Tally tally] => _counts[(int)tally];

    /// <summary>Adds up steps.</summary>
    public static RelaySum Of(IEnumerable<SeriesBucket> steps)
    {
        var sum = new RelaySum();
        foreach (var step in steps)
        {
            foreach (var tally in Enum.GetValues<Tally>())
                sum._counts[(int)tally] += step[tally];
            LatencyBins.AddTo(sum._wakeUp, step.WakeUp);
            LatencyBins.AddTo(sum._fullLink, step.FullLink);
        }
        return sum;
    }

    /// <summary>The name of a tally in answers.</summary>
    public static string NameOf(Tally tally) => OptionSchema.SnakeCase(tally.ToString());

    /// <summary>A quantile of the wake-up latency, in seconds; null where nothing was picked up.</summary>
    public double? WakeUp(double quantile) => LatencyBins.Quantile(_wakeUp, quantile);

    /// <summary>A quantile of the full-link time, in seconds; null where nothing completed.</summary>
    public double? FullLink(double quantile) => LatencyBins.Quantile(_fullLink, quantile);
}
