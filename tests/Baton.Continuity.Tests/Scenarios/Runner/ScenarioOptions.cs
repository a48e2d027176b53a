using Baton.Processor.Configuration.Binding;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>A scenario's file, key by key; README.md tells what they mean. Read by the binder that reads the configuration.</summary>
internal sealed record ScenarioOptions
{
    [Option(Required = "say in one line what is shown")]
    public string Title { get; init; } = "";

    [Option(Required = "say why it must be so")]
    public string Why { get; init; } = "";

    [Option]
    public ArrivalOrder Order { get; init; }

    [Option(Required = "name at least one span")]
    public IReadOnlyDictionary<string, SpanOptions> Spans { get; init; } = new Dictionary<string, SpanOptions>();

    [Option]
    public IReadOnlyList<TrafficOptions> Traffic { get; init; } = [];

    [Option]
    public IReadOnlyList<StepOptions> Baton { get; init; } = [];

    [Option(Required = "say what must be concluded")]
    public ExpectOptions Expect { get; init; } = new();
}

internal enum ArrivalOrder
{
    Any,
    Fixed,
}

internal sealed record SpanOptions
{
    [Option(Required = "give the span's name")]
    public string Name { get; init; } = "";

    [Option]
    public SpanKindName Kind { get; init; } = SpanKindName.Internal;

    [Option(Required = "say whose span it is")]
    public string Service { get; init; } = "";

    [Option]
    public string? Instance { get; init; }

    [Option]
    public string? Trace { get; init; }

    [Option]
    public string? Parent { get; init; }

    [Option]
    public IReadOnlyList<string> Links { get; init; } = [];

    [Option(Required = "say when it starts, from the beginning on")]
    public TimeSpan Start { get; init; }

    [Option(Required = "say when it ends, from the beginning on")]
    public TimeSpan End { get; init; }

    [Option]
    public TimeSpan? Arrives { get; init; }

    [Option]
    public bool Lost { get; init; }

    [Option]
    public StatusName Status { get; init; }

    [Option]
    public IReadOnlyList<string> Events { get; init; } = [];

    [Option]
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    [Option(Min = "1", Max = "10000")]
    public int Times { get; init; } = 1;

    [Option]
    public TimeSpan Every { get; init; }
}

internal enum SpanKindName
{
    Internal = 1,
    Server,
    Client,
    Producer,
    Consumer,
}

internal enum StatusName
{
    Unset,
    Ok,
    Error,
}

/// <summary>Requests that hold nothing of interest: Baton sees that senders are alive.</summary>
internal sealed record TrafficOptions
{
    [Option]
    public TimeSpan From { get; init; }

    [Option(Required = "say when it ends")]
    public TimeSpan Until { get; init; }

    [Option(Required = "say how often", Min = "100ms")]
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(1);
}

internal sealed record StepOptions
{
    [Option(Required = "say when")]
    public TimeSpan At { get; init; }

    [Option]
    public StepKind? Does { get; init; }

    [Option]
    public TimeSpan? Until { get; init; }

    [Option]
    public IReadOnlyList<string> Shows { get; init; } = [];
}

internal enum StepKind
{
    Checkpoint,
    Crash,
    Pause,
    LoseOwnEntries,
}

internal sealed record ExpectOptions
{
    [Option]
    public IReadOnlyDictionary<string, string> Handoffs { get; init; } = new Dictionary<string, string>();

    [Option]
    public IReadOnlyDictionary<string, string> Orphans { get; init; } = new Dictionary<string, string>();

    [Option]
    public IReadOnlyList<string> ProducersMissing { get; init; } = [];

    [Option]
    public IReadOnlyList<ExpectedSpanOptions> Spans { get; init; } = [];

    [Option]
    public IReadOnlyList<string> Metrics { get; init; } = [];
}

internal sealed record ExpectedSpanOptions
{
    [Option(Required = "give the span's name, e.g. worker.deadline")]
    public string Name { get; init; } = "";

    [Option(Required = "say below which span")]
    public string Parent { get; init; } = "";

    [Option]
    public string? Service { get; init; }

    [Option(Required = "say when it starts")]
    public TimeSpan Start { get; init; }

    [Option(Required = "say when it ends")]
    public TimeSpan End { get; init; }

    [Option]
    public TimeSpan? Told { get; init; }

    [Option(Required = "write UNSET, OK, or ERROR and the message")]
    public string Status { get; init; } = "";

    [Option]
    public IReadOnlyList<string> Links { get; init; } = [];

    [Option]
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
