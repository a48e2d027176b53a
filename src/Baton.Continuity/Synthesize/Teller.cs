using System.Runtime.CompilerServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Continuity.Synthesize.InternedTexts;

namespace Baton.Continuity.Synthesize;

/// <summary>
/// Makes the span that tells a verdict, with everything that the person who is woken needs to know.
/// While the past is replayed nothing is told: what is owed then is told at its end.
/// </summary>
internal sealed class Teller(ShardContext context)
{
    private readonly SpanWriter _span = new();

    private Shared Shared => context.Shared;

    public void Deadline(TraceState trace, in Handoff handoff, NextDeadline deadline, Verdict verdict)
    {
        ref readonly var published = ref handoff.Published;
        var evidence = Evidence.Of(handoff, deadline, context);
        Begin(SynthesizedKind.Deadline, trace.TraceId, handoff.SpanId, context.Options.SpanNames.Deadline, published.End, deadline.At, handoff.NextRound)
            .WithTime("deadline_at"u8, deadline.At)
            .With("error.type"u8, Names.Of(deadline.Kind))
            .With("baton.relay"u8, context.RelayOf(handoff).Name)
            .With("baton.verdict"u8, Names.Of(verdict))
            .With("baton.evidence"u8, evidence)
            .WithSeconds("baton.deadline.seconds"u8, Promised(handoff, deadline))
            .With("baton.missing"u8, TraceJoin.Missing(handoff, Shared));
        if (handoff.Has(HandoffMarks.Acknowledged))
        {
            AddPickUp(handoff);
            _span.WithLink(handoff.PickedUp.TraceId, handoff.PickedUp.SpanId);
        }
        AddWorker(handoff);
        AddBacklog(handoff);
        AddDestination(trace, handoff);
        var span = _span.End(Status.Types.StatusCode.Error, MessageOf(verdict, evidence));
        Emit(SynthesizedKind.Deadline, trace.TraceId, handoff.SpanId, published.Resource, span, verdict, deadline.Kind, deadline.At);
    }

    public void Recovered(TraceState trace, in Handoff handoff)
    {
        ref readonly var recovered = ref handoff.Recovered;
        var retracted = handoff.Has(HandoffMarks.Retracted);
        Begin(
            SynthesizedKind.Recovered, trace.TraceId, handoff.SpanId, context.Options.SpanNames.Recovered, recovered.Start, recovered.End, handoff.Missed.Round)
            .WithTime("deadline_at"u8, handoff.Missed.DeadlineAt)
            .With("baton.relay"u8, context.RelayOf(handoff).Name)
            .With("baton.verdict"u8, !retracted ? Names.Of(Verdict.CompletedLate) : handoff.Has(HandoffMarks.Completed) ? Names.Of(handoff.Verdict) : null)
            .With("baton.evidence"u8, retracted ? "reported_too_early" : null)
            .WithSeconds("baton.full_link.seconds"u8, handoff.Has(HandoffMarks.Completed) ? handoff.Completed.End - handoff.Published.End : -1);
        if (handoff.Has(HandoffMarks.Acknowledged))
        {
            AddPickUp(handoff);
        }
        AddDestination(trace, handoff).WithLink(recovered.TraceId, recovered.SpanId);
        Emit(
            SynthesizedKind.Recovered, trace.TraceId, handoff.SpanId, handoff.Published.Resource, _span.End(Status.Types.StatusCode.Ok),
            retracted ? Verdict.Continuous : Verdict.CompletedLate, DeadlineKind.None, handoff.Missed.DeadlineAt);
    }

    public void Orphan(TraceState trace, in Pending pending, (TraceId Trace, SpanId Span) producer)
    {
        var orphan = trace.RecordOf(pending);
        ref readonly var header = ref orphan.Header;
        var destination = Shared.Destinations.NameOf(pending.Channel);
        Begin(SynthesizedKind.Orphan, header.TraceId, header.SpanId, context.Options.SpanNames.Orphan, header.StartUnixNanos, header.EndUnixNanos)
            .With("error.type"u8, Names.Of(Verdict.ContextDropped))
            .With("baton.relay"u8, Shared.Relays[pending.Relay].Name)
            .With("baton.verdict"u8, Names.Of(Verdict.ContextDropped))
            .With("baton.match"u8, producer.Span.IsZero ? null : Names.Of(Match.JobId))
            .With("baton.job_id"u8, JobIdOf(orphan.JobIdBytes, inUse: false, orphan.Text(TextKind.MessageId)))
            .With("messaging.system"u8, BytesOf(destination, TextKind.System))
            .With("messaging.destination.name"u8, BytesOf(destination, TextKind.Destination))
            .With("messaging.message.id"u8, orphan.Text(TextKind.MessageId))
            .WithLink(producer.Trace, producer.Span);
        var span = _span.End(Status.Types.StatusCode.Error, "trace context was not propagated to the worker");
        Emit(SynthesizedKind.Orphan, header.TraceId, header.SpanId, pending.Resource, span, Verdict.ContextDropped, DeadlineKind.None, 0);
    }

    /// <summary>In the producer's trace: where the job ran, outside of it.</summary>
    public void Stitch(TraceState trace, in Handoff handoff, in Stitch stitch)
    {
        var id = SynthesizedIds.Of(SynthesizedKind.Stitch, trace.TraceId, stitch.Orphan);
        _span.Begin(trace.TraceId, id, handoff.SpanId, context.Options.SpanNames.Stitch, stitch.Start, stitch.End)
            .With("baton.relay"u8, context.RelayOf(handoff).Name)
            .With("baton.verdict"u8, Names.Of(Verdict.ContextDropped))
            .With("baton.match"u8, Names.Of(Match.JobId))
            .WithSeconds("baton.wake_up.seconds"u8, Math.Max(0, stitch.Start - handoff.Published.End))
            .With("baton.worker.service"u8, Shared.ServiceOf(stitch.Resource));
        AddDestination(trace, handoff).WithLink(stitch.OrphanTrace, stitch.Orphan);
        Emit(SynthesizedKind.Stitch, trace.TraceId, stitch.Orphan, handoff.Published.Resource, _span.End(), Verdict.ContextDropped, DeadlineKind.None, 0);
    }

    private SpanWriter Begin(SynthesizedKind kind, TraceId traceId, SpanId about, string name, long start, long end, byte round = 0) =>
        _span.Begin(traceId, SynthesizedIds.Of(kind, traceId, about, round), about, name, start, end);

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

    private void AddPickUp(in Handoff handoff) => _span
        .With("baton.match"u8, Names.Of(handoff.PickedUp.Match))
        .WithSeconds("baton.wake_up.seconds"u8, Math.Max(0, handoff.PickedUp.First - handoff.Published.End))
        .With("baton.attempts"u8, handoff.PickedUp.Attempts);

    /// <summary>Who picked it up, or usually does on this channel, and when it last gave a sign of life.</summary>
    private void AddWorker(in Handoff handoff)
    {
        var worker = handoff.Has(HandoffMarks.Acknowledged)
            ? handoff.PickedUp.Resource
            : UsualWorker(new ChannelId(handoff.Published.Relay, handoff.Published.Channel));
        if (worker != 0)
        {
            _span.With("baton.worker.service"u8, Shared.ServiceOf(worker)).WithTime("baton.worker.last_seen"u8, Shared.LastSeen(worker));
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
    private void AddBacklog(in Handoff handoff)
    {
        var channel = new ChannelId(handoff.Published.Relay, handoff.Published.Channel);
        var backlog = Shared.Flows.Of(channel).Backlog - Shared.Decided.GetValueOrDefault(channel);
        _span.With("baton.destination.backlog"u8, Math.Max(0L, backlog - (BacklogShare.IsWaiting(handoff) ? 1 : 0)));
    }

    private SpanWriter AddDestination(TraceState trace, in Handoff handoff)
    {
        var channel = Shared.Destinations.NameOf(handoff.Published.Channel);
        return _span.With("baton.job_id"u8, JobIdOf(trace.Bytes(handoff.JobIds), inUse: true, trace.Bytes(handoff.MessageId)))
            .With("messaging.system"u8, BytesOf(channel, TextKind.System))
            .With("messaging.destination.name"u8, BytesOf(channel, TextKind.Destination))
            .With("messaging.message.id"u8, trace.Bytes(handoff.MessageId));
    }

    private void Emit(
        SynthesizedKind kind, TraceId traceId, SpanId about, ulong resource, byte[] span, Verdict verdict, DeadlineKind deadline, long deadlineAt)
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
        context.Outputs.Add(new Output(record, resource, span, context.Now));
        Shared.Observer.Told(new ToldSpan(kind, traceId, about, Shared.ServiceOf(resource), span)
        {
            Verdict = verdict,
            Deadline = deadline,
            DeadlineAtUnixNanos = deadlineAt,
            ToldAtUnixNanos = context.Now,
        });
    }
}
