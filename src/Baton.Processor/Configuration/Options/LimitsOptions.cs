using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>How much is kept of what senders may multiply without end. Beyond a limit something is left out, and counted.</summary>
internal sealed record LimitsOptions
{
    /// <summary>
    /// Jobs that are remembered of one trace. Of a full trace a sixteenth is given up at once: completed ones first, then the oldest open ones,
    /// which are counted in <c>baton_handoffs_evicted_total</c> and never told missing. As many spans may wait in a trace for what they name.
    /// </summary>
    /// <remarks>One request that publishes more jobs than this is a batch that deserves traces of its own; so many take about 2 MiB.</remarks>
    [Option(Min = "16", Max = "32768")]
    public int HandoffsPerTrace { get; init; } = 4096;

    /// <summary>Links that are read of one span: the jobs of a batch that it picks up or completes.</summary>
    /// <remarks>More than the batches that brokers hand out; SDKs keep 128 by default.</remarks>
    [Option(Min = "1", Max = "1024")]
    public int LinksPerSpan { get; init; } = 1024;

    /// <summary>Channels, workers, resources and destinations that are known by name, each. Of a full table the tenth that was not used for the longest time goes.</summary>
    /// <remarks>Temporary reply queues come and go; a few thousand services and queues that stay are many.</remarks>
    [Option(Min = "100", Max = "1000000")]
    public int Channels { get; init; } = 10_000;

    /// <summary>Distinct values of one label of a metric; what comes later is counted under <c>__other__</c>.</summary>
    /// <remarks>More services and queues than most installations have; a scrape of all of them stays below a few megabytes.</remarks>
    [Option(Min = "1", Max = "100000")]
    public int LabelValues { get; init; } = 500;
}
