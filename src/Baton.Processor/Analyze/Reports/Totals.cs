using Baton.Continuity.Judge;

namespace Baton.Processor.Analyze.Reports;

/// <summary>How often each verdict was given.</summary>
internal sealed class Totals
{
    /// <summary>The word for consumers whose producer never came: a verdict about them, not about a handoff.</summary>
    public const string ProducerMissing = "producer_missing";

    /// <summary>All verdicts that are counted, in the order of the report.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        Continuity.Judge.Names.Of(Verdict.Continuous), Continuity.Judge.Names.Of(Verdict.SilentSleep),
        Continuity.Judge.Names.Of(Verdict.MissingCompletion), Continuity.Judge.Names.Of(Verdict.Failed),
        Continuity.Judge.Names.Of(Verdict.CompletedLate), Continuity.Judge.Names.Of(Verdict.ContextDropped),
        ProducerMissing, Continuity.Judge.Names.Of(Verdict.Unknown), Continuity.Judge.Names.Of(Verdict.Evicted),
    ];

    private readonly long[] _byVerdict = new long[Enum.GetValues<Verdict>().Length];

    /// <summary>Spans that were read.</summary>
    public long Spans { get; set; }

    /// <summary>Handoffs of any verdict, or of none.</summary>
    public long Handoffs { get; private set; }

    /// <summary>Workers' spans without a context, whether or not their handoff was found.</summary>
    public long Orphans { get; set; }

    /// <summary>Consumers whose producer never came.</summary>
    public long ProducersMissing { get; set; }

    /// <summary>Counts a handoff.</summary>
    public void Count(Verdict verdict)
    {
        Handoffs++;
        _byVerdict[(int)verdict]++;
    }

    /// <summary>Handoffs of one verdict.</summary>
    public long HandoffsOf(Verdict verdict) => _byVerdict[(int)verdict];

    /// <summary>What is reported for a verdict's name. Of context_dropped the workers are counted: each is one, its handoff known or not.</summary>
    public long Of(string name)
    {
        if (name == ProducerMissing)
            return ProducersMissing;
        if (name == Continuity.Judge.Names.Of(Verdict.ContextDropped))
            return Orphans;
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            if (Continuity.Judge.Names.Of(verdict) == name)
                return HandoffsOf(verdict);
        }
        return 0;
    }
}
