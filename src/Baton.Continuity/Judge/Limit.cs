namespace Baton.Continuity.Judge;

/// <summary>A bound on what is kept, of one trace or at all. Beyond it something is left out, and counted.</summary>
public enum Limit : byte
{
    /// <summary>Handoffs that are open at once; those published first are given up.</summary>
    Handoffs,

    /// <summary>Handoffs of one trace; its oldest are given up.</summary>
    HandoffsPerTrace,

    /// <summary>Spans that wait for what they name; a further one is not tied when that comes.</summary>
    WaitingSpans,

    /// <summary>Spans known to belong to a handoff; the oldest are forgotten, and count again if they are delivered again.</summary>
    Ties,

    /// <summary>Outer spans of publications; who names a further one, finds no handoff.</summary>
    Aliases,

    /// <summary>Comparisons of waiting spans with open handoffs; what is left is judged as if no handoff were meant.</summary>
    Comparisons,

    /// <summary>Links of one span; what further ones name is not picked up by it.</summary>
    Links,
}
