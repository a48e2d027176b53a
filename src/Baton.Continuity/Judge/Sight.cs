using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>
/// When silence proves nothing: after a start (or a suspension, which is the same), what was published before is held back
/// until senders have had time to deliver what they kept.
/// </summary>
internal sealed class Sight(ContinuityOptions options)
{
    /// <summary>The latest start, Unix nanoseconds; 0 before the first.</summary>
    public long StartedAt { get; private set; }

    public void Start(long now) => StartedAt = now;

    public void Restore(long startedAt) => StartedAt = startedAt;

    /// <summary>The time before which nothing is concluded from the silence around something that arrived then.</summary>
    /// <param name="arrival">Its arrival, Unix nanoseconds.</param>
    public long HeldUntil(long arrival) => arrival < StartedAt ? StartedAt + options.SettleNanos : 0;
}
