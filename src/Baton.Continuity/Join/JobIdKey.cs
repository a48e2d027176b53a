using System.Diagnostics.CodeAnalysis;

namespace Baton.Continuity.Join;

/// <summary>
/// Which attributes of a span name its job: one, or several that only together are unique (a queue's small numbers need the queue's name).
/// A span that lacks one of them has no job id by this key.
/// </summary>
/// <param name="Attributes">The attributes' names, at least one, in the order in which their values are read.</param>
public sealed record JobIdKey(IReadOnlyList<string> Attributes)
{
    /// <summary>A key of these attributes.</summary>
    /// <param name="attributes">At least one.</param>
    public static JobIdKey Of(params string[] attributes) => new(attributes);

    /// <summary>Two keys are the same if they read the same attributes in the same order.</summary>
    /// <param name="other">Another key.</param>
    public bool Equals([NotNullWhen(true)] JobIdKey? other) => other is not null && Attributes.SequenceEqual(other.Attributes, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Attributes[0], StringComparison.Ordinal);
}

/// <summary>
/// The distinct job-id keys of all relays, each with a place: what the index of a <see cref="Scan.TextKind.JobId"/> text means, for as long
/// as the configuration is in force.
/// </summary>
internal sealed class JobIdKeys
{
    /// <summary>A relay's keys are a set of places, kept as the bits of one number.</summary>
    public const int Max = 64;

    private readonly List<JobIdKey> _keys;

    public JobIdKeys(IReadOnlyList<RelayDefinition> relays)
    {
        _keys = [.. relays.SelectMany(relay => relay.JobIds).Distinct()];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_keys.Count, Max, nameof(relays));
    }

    /// <summary>The keys, in order of their places: that of the relays, and in each that of its list.</summary>
    public IReadOnlyList<JobIdKey> All => _keys;

    /// <summary>The places of a relay's keys: bit n stands for place n.</summary>
    public ulong PlacesOf(RelayDefinition relay) => relay.JobIds.Aggregate(0UL, (places, key) => places | 1UL << _keys.IndexOf(key));
}
