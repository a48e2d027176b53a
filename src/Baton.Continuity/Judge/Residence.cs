using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>Where an unpacked trace stands among the others of its shard: <see cref="LoadedTraces"/>' own.</summary>
internal struct Residence
{
    public TraceState? Older;
    public TraceState? Newer;

    /// <summary>Bytes of the value that the store has; 0 for none.</summary>
    public int StoredLength;

    /// <summary>What it was last taken to hold of memory.</summary>
    public int Bytes;

    /// <summary>In the hands of the running epoch.</summary>
    public bool InUse;

    /// <summary>The store has another value, or none.</summary>
    public bool IsDirty;

    /// <summary>Counted as known here alone.</summary>
    public bool IsUnstored;
}
