namespace Baton.Continuity.Judge;

/// <summary>How a consumer-side span was tied to its handoff.</summary>
public enum Match : byte
{
    /// <summary>Not tied.</summary>
    None,

    /// <summary>A link names the creation context.</summary>
    Link,

    /// <summary>The parent is the producing span, or a span tied before.</summary>
    Parent,

    /// <summary>The only open handoff of its trace.</summary>
    Trace,

    /// <summary>The job id, where the context was dropped.</summary>
    JobId,
}
