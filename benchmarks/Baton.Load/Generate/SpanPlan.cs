namespace Baton.Load.Generate;

/// <summary>What a span of a request does for a job.</summary>
internal enum JobRole
{
    /// <summary>Nothing: ordinary work.</summary>
    None,

    /// <summary>A PRODUCER span that publishes a job.</summary>
    Publish,

    /// <summary>A CONSUMER process span that picks the job up and completes it.</summary>
    Complete,
}

/// <summary>SpanKind of OTLP.</summary>
internal enum SpanKind
{
    /// <summary>SPAN_KIND_INTERNAL.</summary>
    Internal = 1,

    /// <summary>SPAN_KIND_SERVER.</summary>
    Server = 2,

    /// <summary>SPAN_KIND_CLIENT.</summary>
    Client = 3,

    /// <summary>SPAN_KIND_PRODUCER.</summary>
    Producer = 4,

    /// <summary>SPAN_KIND_CONSUMER.</summary>
    Consumer = 5,
}

/// <summary>One span as every request has it.</summary>
/// <param name="Service">0 publishes, 1 works.</param>
/// <param name="Trace">Which of the request's traces it belongs to.</param>
/// <param name="Parent">Index of its parent span in the request; -1 for a root.</param>
/// <param name="StartBefore">How long before the request is sent the span started, in nanoseconds.</param>
/// <param name="EndBefore">How long before the request is sent the span ended, in nanoseconds.</param>
/// <remarks>Jobs are completed some requests after they were published. How many, is decided when a request is stamped.</remarks>
internal sealed record SpanPlan(
    int Service,
    SpanKind Kind,
    JobRole Role,
    int Trace,
    int Parent,
    string Name,
    IReadOnlyList<(string Key, string Value)> Attributes,
    long StartBefore,
    long EndBefore)
{
    /// <summary>A worker's spans are of the trace in which their job was published.</summary>
    public bool OfEarlierTrace => Service == 1;

    /// <summary>Of a worker's spans only the one that picks a job up has a parent in the earlier request: the publishing span.</summary>
    public bool OfEarlierParent => Role == JobRole.Complete;
}
