using System.Runtime.InteropServices;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>A span that a stitch in the producer's trace is owed for: a worker's run without its context, found by its job id.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Stitch
{
    public SpanId Handoff;
    public TraceId OrphanTrace;
    public SpanId Orphan;
    public ulong Resource;
    public long Start;
    public long End;
}

/// <summary>The context was dropped, and the job id led back to the producer: what follows in both traces.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>The handoff that a span of this trace was tied to by its job id; zero if there is none.</summary>
    public static (TraceId Trace, SpanId Span) ProducerOf(TraceState trace, SpanId consumer)
    {
        for (var i = trace.FindTie(consumer); i >= 0; i = trace.FindTie(consumer, i + 1))
        {
            var tie = trace.Ties[i];
            if (!tie.Handoff.IsZero)
            {
                return (tie.HandoffTrace.IsZero ? trace.TraceId : tie.HandoffTrace, tie.Handoff);
            }
        }
        return default;
    }

    /// <summary>
    /// A span without context waits for export_lag before it asks: a newer producer may be on its way. The deadlines of what it may belong to
    /// wait with it, or a job that took nearly as long as it may would be told as lost. (What is published later waits longer by itself.)
    /// </summary>
    private void AnnounceAsking(TraceState trace, in Message message, in SpanEvent span)
    {
        if (!RunsJobs(span) || span.JobIdBytes.IsEmpty || OrphanJudge.HasContext(trace, span, message.Resource))
        {
            return;
        }
        var ids = new JobIds(span.JobIdBytes);
        while (ids.MoveNext())
        {
            context.Send(new Message
            {
                Kind = MessageKind.Hold,
                Key = ids.Key,
                Until = context.JudgeAt(message.Arrival) + TimingWheel.SliceNanos,
                Arrival = message.Arrival,
                Record = context.Arena.Copy(span.Record),
            });
        }
    }

    private void HoldCandidates(TraceState job, in Message message)
    {
        foreach (var candidate in job.Candidates)
        {
            if (candidate.State == CandidateState.Open && Fits(candidate, message.Span))
            {
                context.Send(message with { Key = candidate.TraceId, Target = candidate.SpanId });
            }
        }
    }

    private static void Hold(TraceState trace, in Message message)
    {
        if (trace.Resolve(message.Target) is >= 0 and var index)
        {
            ref var handoff = ref trace.HandoffSpan[index];
            handoff.Mark(HandoffMarks.Held);
            handoff.HeldUntil = Math.Max(handoff.HeldUntil, message.Until);
            trace.Changed = true;
        }
    }

    /// <summary>The answer to a span that asked its job ids for its producer.</summary>
    private void TakeOffer(TraceState trace, in Message message)
    {
        var index = trace.FindPending(message.Consumer, default);
        if (index < 0 || ProducerOf(trace, message.Consumer).Span != default)
        {
            return;
        }
        // A tie to nothing: it was judged, and counted, before its producer came.
        var known = trace.FindTie(message.Consumer) >= 0;
        var judge = new OrphanJudge(context, this);
        if (!message.Candidate.SpanId.IsZero)
        {
            judge.TellAttributed(trace, index, message.Candidate, again: known);
        }
        else if (!known)
        {
            judge.TellUnattributed(trace, index);
        }
    }

    /// <summary>Ties an orphan to the handoff that its job id led to, here and in the handoff's trace.</summary>
    public void Attribute(TraceState trace, in Pending pending, in Candidate producer)
    {
        trace.RemoveTies(new NoHandoff(pending.SpanId).Is);
        if (producer.TraceId != trace.TraceId)
        {
            trace.Ties.Add(new Tie
            {
                Consumer = pending.SpanId,
                Handoff = producer.SpanId,
                HandoffTrace = producer.TraceId,
                Resource = pending.Resource,
                Relay = producer.Relay,
                Until = context.Now + context.Options.LateWindowNanos,
            });
        }
        trace.Changed = true;
        context.Send(new Message
        {
            Kind = MessageKind.Consume,
            Key = producer.TraceId,
            Target = producer.SpanId,
            Match = Match.JobId,
            Resource = pending.Resource,
            Arrival = pending.Arrival,
            Record = context.Arena.Copy(trace.RecordOf(pending).Record),
        });
        if (producer.TraceId != trace.TraceId)
        {
            Retry(trace, pending.SpanId, producing: false);
        }
    }

    /// <summary>In the handoff's trace: an orphan ran this job, and the trace is told of it by a span.</summary>
    private void OweStitch(TraceState trace, ref Handoff handoff, in SpanEvent orphan, ulong resource)
    {
        var stitch = new Stitch
        {
            Handoff = handoff.SpanId,
            OrphanTrace = orphan.Header.TraceId,
            Orphan = orphan.Header.SpanId,
            Resource = resource,
            Start = orphan.Header.StartUnixNanos,
            End = orphan.Header.EndUnixNanos,
        };
        trace.Stitches.Add(stitch);
        handoff.Mark(HandoffMarks.StitchOwed);
        trace.Changed = true;
        context.Owing.Add(trace.TraceId);
        context.Tell.Stitch(trace, handoff, stitch);
    }

    private static void ConfirmStitch(TraceState trace, SpanId orphan)
    {
        var index = trace.Stitches.FindIndex(new StitchMatch(orphan).Is);
        if (index < 0)
        {
            return;
        }
        var handoff = trace.FindHandoff(trace.Stitches[index].Handoff);
        trace.Stitches.RemoveAt(index);
        trace.Changed = true;
        if (handoff >= 0 && !trace.Stitches.Exists(new OfHandoff(trace.Handoffs[handoff].SpanId).Is))
        {
            trace.HandoffSpan[handoff].Unmark(HandoffMarks.StitchOwed);
        }
    }

    private sealed class NoHandoff(SpanId consumer)
    {
        public bool Is(Tie tie) => tie.Consumer == consumer && tie.Handoff.IsZero;
    }

    private sealed class OfHandoff(SpanId handoff)
    {
        public bool Is(Stitch stitch) => stitch.Handoff == handoff;
    }

    private sealed class StitchMatch(SpanId orphan)
    {
        public bool Is(Stitch stitch) => stitch.Orphan == orphan;
    }
}
