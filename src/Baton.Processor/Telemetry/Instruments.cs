using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>
/// Baton's own metrics registry and the list of what stands in it. Instruments are created once, at start, through the methods below. It
/// is not the library's static default registry, so that two instances in one process (tests, the demo) count apart.
/// </summary>
internal sealed class Instruments
{
    /// <summary>
    /// Distinct values per label. 500 services or queues is more than most installations have, and a scrape of all of them stays below a
    /// few megabytes.
    /// </summary>
    public const int DefaultLabelCapacity = 500;

    private readonly List<InstrumentDescription> _descriptions = [];
    private readonly MetricFactory _factory;
    private readonly int _labelCapacity;

    /// <param name="labelCapacity">Distinct values each label of each instrument may take; the rest is <see
    /// cref="LabelValues.Overflow"/>.</param>
    public Instruments(int labelCapacity = DefaultLabelCapacity)
    {
        _labelCapacity = labelCapacity;
        Registry = Metrics.NewCustomRegistry();
        DotNetStats.Register(Registry);
        _factory = Metrics.WithCustomRegistry(Registry);
        // Otherwise the library attaches whatever Activity is current: Baton's exemplars are the traces of the jobs it judges.
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
    }

    /// <summary>What the admin endpoint exports: the instruments, and the library's own of the process (process_*, dotnet_*).</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Every instrument created so far, in order of creation.</summary>
    public IReadOnlyList<InstrumentDescription> Descriptions => _descriptions;

    /// <summary>Creates a counter; its name ends in <c>_total</c>.</summary>
    public InstrumentFamily<Counter.Child> Counter(string name, string help, params string[] labels)
    {
        var counter = _factory.CreateCounter(name, help, labels);
        return Describe(InstrumentKind.Counter, name, help, labels, [], values => counter.WithLabels(values));
    }

    /// <summary>Creates a gauge.</summary>
    public InstrumentFamily<Gauge.Child> Gauge(string name, string help, params string[] labels)
    {
        var gauge = _factory.CreateGauge(name, help, labels);
        return Describe(InstrumentKind.Gauge, name, help, labels, [], values => gauge.WithLabels(values));
    }

    /// <summary>Creates a histogram over the bucket bounds given, in the unit that its name ends with.</summary>
    public InstrumentFamily<Histogram.Child> Histogram(string name, string help, double[] buckets, params string[] labels)
    {
        var histogram = _factory.CreateHistogram(name, help, labels, new HistogramConfiguration { Buckets = buckets });
        return Describe(InstrumentKind.Histogram, name, help, labels, buckets, values => histogram.WithLabels(values));
    }

    /// <summary>
    /// Runs <paramref name="read"/> before each scrape: for gauges that are cheaper to read when somebody asks than to keep current.
    /// </summary>
    public void OnScrape(Action read) => Registry.AddBeforeCollectCallback(read);

    private InstrumentFamily<TChild> Describe<TChild>(
        InstrumentKind kind, string name, string help, string[] labels, double[] buckets, Func<string[], TChild> create)
        where TChild : class
    {
        _descriptions.Add(new InstrumentDescription(name, kind, help, labels, buckets));
        return new InstrumentFamily<TChild>(create, labels.Length, _labelCapacity);
    }
}
