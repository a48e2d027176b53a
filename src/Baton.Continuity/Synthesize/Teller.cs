using System.Runtime.CompilerServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Continuity.Synthesize.SpanBuilder;

namespace Baton.Continuity.Synthesize;

/// <summary>
/// Makes the span that tells a verdict, with everything that the person who is woken needs to know.
/// While the past is replayed nothing is told: what is owed then is told at its end.
/// </summary>
internal sealed class Teller(ShardContext context)
{
    private Shared Shared => context.Shared;

    public void Deadline(TraceState trace, in Handoff handoff, NextDeadline deadline, Verdict verdict)
    {
        ref readonly var published = ref handoff.Published;
        var evidence = Evidence.Of(handoff, deadline, context);
        var span = NewSpan(
            SynthesizedKind.Deadline, trace.TraceId, handoff.SpanId, context.Options.SpanNames.Deadline, published.End, deadline.At, handoff.NextRound);
        span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = MessageOf(verdict, evidence) };
        span.WithTime("deadline_at", deadline.At)
            .With("error.type", Names.Of(deadline.Kind))
            .With("baton.relay", context.RelayOf(handoff).Name)
            .With("baton.verdict", Names.Of(verdict))
            .With("baton.evidence", evidence)
            .WithSeconds("baton.deadline.seconds", Promised(handoff, deadline))
            .With("baton.missing", TraceJoin.Missing(handoff, Shared));
        AddPickUp(span, handoff);
        AddWorker(span, handoff);
        AddBacklog(span, handoff);
        AddDestination(span, trace, handoff);
        Emit(SynthesizedKind.Deadline, trace.TraceId, handoff.SpanId, published.Resource, span, verdict, deadline.Kind, deadline.At);
    }

    public void Recovered(TraceState trace, in Handoff handoff)
    {
        ref readonly var recovered = ref handoff.Recovered;
        var retracted = handoff.Has(HandoffMarks.Retracted);
        var span = NewSpan(SynthesizedKind.Recovered, trace.TraceId, handoff.SpanId, context.Options.SpanNames.Recovered, recovered.Start, recovered.End, handoff.Missed.Round);
        span.Status = new Status { Code = Status.Types.StatusCode.Ok };
        span.WithTime("deadline_at", handoff.Missed.DeadlineAt)
            .With("baton.relay", context.RelayOf(handoff).Name)
            .With("baton.verdict", !retracted ? Names.Of(Verdict.CompletedLate) : handoff.Has(HandoffMarks.Completed) ? Names.Of(handoff.Verdict) : null)
            .With("baton.evidence", retracted ? "reported_too_early" : null)
            .WithSeconds("baton.full_link.seconds", handoff.Has(HandoffMarks.Completed) ? handoff.Completed.End - handoff.Published.End : -1);
        AddPickUp(span, handoff);
        AddDestination(span, trace, handoff);
        span.WithLink(recovered.TraceId, recovered.SpanId);
        Emit(
            SynthesizedKind.Recovered, trace.TraceId, handoff.SpanId, handoff.Published.Resource, span,
            retracted ? Verdict.Continuous : Verdict.CompletedLate, DeadlineKind.None, handoff.Missed.DeadlineAt);
    }

    public void Orphan(TraceState trace, in Pending pending, (TraceId Trace, SpanId Span) producer)
    {
        var orphan = trace.RecordOf(pending);
        ref readonly var header = ref orphan.Header;
        var span = NewSpan(
            SynthesizedKind.Orphan, header.TraceId, header.SpanId, context.Options.SpanNames.Orphan, header.StartUnixNanos, header.EndUnixNanos);
        span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "trace context was not propagated to the worker" };
        span.With("error.type", Names.Of(Verdict.ContextDropped))
            .With("baton.relay", Shared.Relays[pending.Relay].Name)
            .With("baton.verdict", Names.Of(Verdict.ContextDropped))
            .With("baton.match", producer.Span.IsZero ? null : Names.Of(Match.JobId))
            .With("baton.job_id", JobIdOf(orphan.JobIdBytes, inUse: false, orphan.Text(TextKind.MessageId)))
            .With("messaging.system", TextOf(Shared.Destinations.NameOf(pending.Channel), TextKind.System))
            .With("messaging.destination.name", TextOf(Shared.Destinations.NameOf(pending.Channel), TextKind.Destination))
            .With("messaging.message.id", orphan.Text(TextKind.MessageId))
            .WithLink(producer.Trace, producer.Span);
        Emit(SynthesizedKind.Orphan, header.TraceId, header.SpanId, pending.Resource, span, Verdict.ContextDropped, DeadlineKind.None, 0);
    }

    /// <summary>In the producer's trace: where the job ran, outside of it.</summary>
    public void Stitch(TraceState trace, in Handoff handoff, in Stitch stitch)
    {
        var span = NewSpan(SynthesizedKind.Stitch, trace.TraceId, stitch.Orphan, context.Options.SpanNames.Stitch, stitch.Start, stitch.End);
        span.ParentSpanId = Bytes(handoff.SpanId);
        span.With("baton.relay", context.RelayOf(handoff).Name)
            .With("baton.verdict", Names.Of(Verdict.ContextDropped))
            .With("baton.match", Names.Of(Match.JobId))
            .WithSeconds("baton.wake_up.seconds", Math.Max(0, stitch.Start - handoff.Published.End))
            .With("baton.worker.service", Shared.ServiceOf(stitch.Resource));
        AddDestination(span, trace, handoff);
        span.WithLink(stitch.OrphanTrace, stitch.Orphan);
        Emit(
            SynthesizedKind.Stitch, trace.TraceId, stitch.Orphan, handoff.Published.Resource, span, Verdict.ContextDropped, DeadlineKind.None, 0);
    }

    private static Span NewSpan(SynthesizedKind kind, TraceId traceId, SpanId about, string name, long start, long end, byte round = 0) => new()
    {
        TraceId = Bytes(traceId),
        SpanId = Bytes(SynthesizedIds.Of(kind, traceId, about, round)),
        ParentSpanId = Bytes(about),
        Name = name,
        Kind = Span.Types.SpanKind.Internal,
        StartTimeUnixNano = (ulong)start,
        EndTimeUnixNano = (ulong)Math.Max(start, end),
    };

    private static string MessageOf(Verdict verdict, string evidence) => verdict switch
    {
        _ when evidence == Evidence.OrphansSeen => "worker was not woken, or ran without the trace context",
        Verdict.SilentSleep => "worker did not wake up in time",
        Verdict.Failed => "worker failed, and did not complete in time",
        _ => "worker did not complete in time",
    };

    /// <summary>How long the deadline is, from when it counts.</summary>
    private static long Promised(in Handoff handoff, NextDeadline deadline) => deadline.Kind switch
    {
        DeadlineKind.StartToClose => deadline.At - handoff.PickedUp.Latest,
        DeadlineKind.Heartbeat => handoff.Terms.Heartbeat,
        _ => deadline.At - handoff.DueFrom,
    };

    private static void AddPickUp(Span span, in Handoff handoff)
    {
        if (handoff.Has(HandoffMarks.Acknowledged))
        {
            span.With("baton.match", Names.Of(handoff.PickedUp.Match))
                .WithSeconds("baton.wake_up.seconds", Math.Max(0, handoff.PickedUp.First - handoff.Published.End))
                .With("baton.attempts", handoff.PickedUp.Attempts);
            if (span.Name.Length > 0 && span.Status.Code == Status.Types.StatusCode.Error)
            {
                span.WithLink(handoff.PickedUp.TraceId, handoff.PickedUp.SpanId);
            }
        }
    }

    /// <summary>Who picked it up, or usually does on this channel, and when it last gave a sign of life.</summary>
    private void AddWorker(Span span, in Handoff handoff)
    {
        var worker = handoff.Has(HandoffMarks.Acknowledged)
            ? handoff.PickedUp.Resource
            : UsualWorker(new ChannelId(handoff.Published.Relay, handoff.Published.Channel));
        if (worker != 0)
        {
            span.With("baton.worker.service", Shared.ServiceOf(worker)).WithTime("baton.worker.last_seen", Shared.LastSeen(worker));
        }
    }

    /// <summary>The first job id: of a handoff, of those that it is remembered under.</summary>
    private static ReadOnlySpan<byte> JobIdOf(ReadOnlySpan<byte> texts, bool inUse, ReadOnlySpan<byte> messageId)
    {
        var ids = new JobIds(texts);
        return !(inUse ? ids.MoveNextInUse() : ids.MoveNext()) ? default : ids.Text.IsEmpty ? messageId : ids.Text;
    }

    // What flowed is forgotten sooner than who picked up last.
    private ulong UsualWorker(ChannelId channel) => Shared.Flows.Of(channel).Worker is var worker and not 0 ? worker : Shared.Channels.WorkerOf(channel);

    /// <summary>How many others wait in its channel: jobs that nobody has picked up, and of which nothing was told. This one is told now.</summary>
    private void AddBacklog(Span span, in Handoff handoff)
    {
        var channel = new ChannelId(handoff.Published.Relay, handoff.Published.Channel);
        var backlog = Shared.Flows.Of(channel).Backlog - Shared.Decided.GetValueOrDefault(channel);
        span.With("baton.destination.backlog", Math.Max(0L, backlog - (BacklogShare.IsWaiting(handoff) ? 1 : 0)));
    }

    private void AddDestination(Span span, TraceState trace, in Handoff handoff)
    {
        var channel = Shared.Destinations.NameOf(handoff.Published.Channel);
        span.With("baton.job_id", JobIdOf(trace.Bytes(handoff.JobIds), inUse: true, trace.Bytes(handoff.MessageId)))
            .With("messaging.system", TextOf(channel, TextKind.System))
            .With("messaging.destination.name", TextOf(channel, TextKind.Destination))
            .With("messaging.message.id", trace.Bytes(handoff.MessageId));
    }

    private void Emit(
        SynthesizedKind kind, TraceId traceId, SpanId about, ulong resource, Span span, Verdict verdict, DeadlineKind deadline, long deadlineAt)
    {
        if (Shared.Replaying)
        {
            return;
        }
        var record = new VerdictEventHeader
        {
            Header = new EventHeader { Length = (uint)Unsafe.SizeOf<VerdictEventHeader>(), Kind = EventKind.Verdict },
            Synthesized = kind,
            Verdict = verdict,
            Deadline = deadline,
            TraceId = traceId,
            SpanId = about,
            DeadlineAt = deadlineAt,
        };
        context.Outputs.Add(new Output(record, resource, span.ToByteArray(), context.Now));
        Shared.Observer.Told(new ToldSpan(kind, traceId, about, Shared.ServiceOf(resource), span)
        {
            Verdict = verdict,
            Deadline = deadline,
            DeadlineAtUnixNanos = deadlineAt,
            ToldAtUnixNanos = context.Now,
        });
    }
}
