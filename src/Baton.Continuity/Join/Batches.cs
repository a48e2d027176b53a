using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// A batch's `send` that links to `create` spans of the same service is no publication of its own: each of those is.
/// </summary>
internal sealed partial class TraceJoin
{
    /// <summary>
    /// Whether a span is such a `send`. One that states how many messages it sends (as the semantic conventions ask of a batch) is known by its
    /// links alone: what they name may be in other traces, or come later. Another is, if what it links to is known; who names it nevertheless,
    /// then means one of its messages.
    /// </summary>
    private bool SendsWhatWasCreated(TraceState trace, ulong resource, in SpanEvent span)
    {
        ref readonly var header = ref span.Header;
        if (header.Operation != OperationType.Send || header.LinkCount == 0)
        {
            return false;
        }
        if (header.BatchCount > 0)
        {
            return true;
        }
        foreach (ref readonly var link in span.Links)
        {
            if (link.TraceId == trace.TraceId && trace.Resolve(link.SpanId) is >= 0 and var created && trace.Handoffs[created].Published.Resource == resource)
            {
                AddAlias(trace, new Alias { SpanId = header.SpanId, ParentSpanId = header.ParentSpanId, Handoff = trace.Handoffs[created].SpanId });
                trace.Changed = true;
                return true;
            }
        }
        return false;
    }

    /// <summary>A `send` was opened before what it links to was seen: the first `create` among that takes its place.</summary>
    private void NoteWhatItSends(TraceState trace, in SpanEvent span)
    {
        if (span.Header.Operation != OperationType.Send)
        {
            return;
        }
        foreach (ref readonly var link in span.Links)
        {
            if (link.TraceId == trace.TraceId && trace.Sends.Count < context.Options.HandoffsPerTrace)
            {
                trace.Sends.Add(new Sending { Send = span.Header.SpanId, Created = link.SpanId });
            }
        }
    }
}
