using Baton.Continuity.Learn;

namespace Baton.Continuity.Join;

/// <summary>Where schedule_to_close is learned: what it is for a new handoff, and what a completed one teaches.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>
    /// What the producing span gives; else what the channel has learned; else what the relay gives; else none is in force, and the handoff is remembered until the longest
    /// deadline that could be learned would pass.
    /// </summary>
    private void SetCloseBy(ref Handoff handoff, RelayDeadlines deadlines)
    {
        ref var publication = ref handoff.Published;
        if (handoff.Terms.CloseBy != 0)
        {
            (publication.CloseUntold, publication.CloseBy) = (false, handoff.Terms.CloseBy);
            return;
        }
        var learned = deadlines.Learning is null ? 0 : context.Shared.Learned.Of(new ChannelId(publication.Relay, publication.Channel));
        var inForce = learned > 0 ? learned : deadlines.ScheduleToCloseNanos;
        publication.CloseUntold = inForce == 0;
        publication.CloseBy = handoff.DueFrom + (inForce > 0 ? inForce : deadlines.Learning?.MaxNanos ?? 0);
    }

    /// <summary>
    /// Every completion teaches, once: late ones too, or a deadline could never grow with its jobs; and those that needed a retry, as that is
    /// how long such a job takes. A delayed job teaches from when it is due. What never completed is no measure of how long jobs take.
    /// </summary>
    private void Learn(in Handoff handoff)
    {
        if (context.Shared.LearningOf(handoff.Published.Relay) is not null)
        {
            var fullLink = Math.Max(0, handoff.Completed.End - handoff.DueFrom);
            context.FullLinkTimes.Add(new FullLinkTime(new(handoff.Published.Relay, handoff.Published.Channel), fullLink, handoff.Completed.Arrival));
        }
    }
}
