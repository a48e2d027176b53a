using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

/// <summary>Finds the roles of the scanned span and writes its event. One per scanner.</summary>
/// <param name="plan">The conditions.</param>
internal sealed class SpanRoles(ScanPlan plan)
{
    private const int StatusError = 2;

    private readonly BoundRelay[] _relays = plan.Bind();
    private readonly JobIdTexts _jobIds = plan.BindJobIds();
    private readonly bool _acknowledgesByDefault = plan.AcknowledgesByDefault;
    private readonly bool _completesByDefault = plan.CompletesByDefault;
    private readonly RelayRole[] _met = new RelayRole[plan.RelayCount];
    private readonly BeatLog? _beats = plan.RecordsBeats ? new BeatLog() : null;
    private int _metCount;

    /// <summary>Another scope begins, or another resource.</summary>
    public void BeginScope() => _beats?.Break();

    /// <summary>Writes the span's event, if it has a role; else its sign of life, if a relay has a heartbeat.</summary>
    /// <param name="span">The span.</param>
    /// <param name="events">Gets the record.</param>
    /// <param name="resource">The place of its resource's record.</param>
    public void WriteEvent(in SpanView span, EventWriter events, ushort resource)
    {
        var operation = OperationNames.Of(span);
        var traits = DefaultRoles(span.Fields.Kind, operation);
        var produce = FindRoles(span, operation);
        if (produce >= 0 || _metCount > 0 || traits != SpanTraits.None)
        {
            traits |= TraitsOf(span, operation);
            Write(span, events, resource, produce, operation, traits);
        }
        else
        {
            _beats?.Add(span.Fields, events, resource);
        }
    }

    private SpanTraits DefaultRoles(int kind, OperationType operation)
    {
        var traits = SpanTraits.None;
        var takes = kind == (int)SpanKind.Consumer
            ? operation != OperationType.Settle
            : kind == (int)SpanKind.Client && operation == OperationType.Receive;
        if (_acknowledgesByDefault && takes)
        {
            traits |= SpanTraits.AcknowledgesByDefault;
        }
        if (_completesByDefault && kind == (int)SpanKind.Consumer && operation is not (OperationType.Receive or OperationType.Settle))
        {
            traits |= SpanTraits.CompletesByDefault;
        }
        return traits;
    }

    // The first relay in order whose `produce` the span meets, or -1; and the given conditions of all relays.
    private short FindRoles(in SpanView span, OperationType operation)
    {
        var producesByDefault = span.Fields.Kind == (int)SpanKind.Producer
            && operation is not (OperationType.Receive or OperationType.Process or OperationType.Settle);
        short produce = -1;
        _metCount = 0;
        for (var i = 0; i < _relays.Length; i++)
        {
            var relay = _relays[i];
            var dead = relay.DeadLetter is not null && relay.DeadLetter.Matches(span);
            if (produce < 0 && !dead && (relay.Produce?.Matches(span) ?? producesByDefault))
            {
                produce = (short)i;
            }
            var roles = dead ? RelayRoles.DeadLetter : RelayRoles.None;
            if (relay.Acknowledge is not null && relay.Acknowledge.Matches(span))
            {
                roles |= RelayRoles.Acknowledge;
            }
            if (relay.Complete is not null && relay.Complete.Matches(span))
            {
                roles |= RelayRoles.Complete;
            }
            if (roles != RelayRoles.None)
            {
                _met[_metCount++] = new((ushort)i, roles);
            }
        }
        return produce;
    }

    private static SpanTraits TraitsOf(in SpanView span, OperationType operation)
    {
        var fields = span.Fields;
        var batch = fields.Attributes[(int)SpanKey.BatchMessageCount];
        var traits = SpanTraits.None;
        if (fields.StatusCode == StatusError)
        {
            traits |= SpanTraits.StatusError | SpanTraits.FailedAttempt;
        }
        if (fields.HasFailureEvent || fields.Attributes[(int)SpanKey.ErrorType].Kind != ValueKind.Nil)
        {
            traits |= SpanTraits.FailedAttempt;
        }
        if (fields.HasMessagingPrefix)
        {
            traits |= SpanTraits.HasMessagingAttributes;
        }
        if (operation == OperationType.Receive && batch is { Kind: ValueKind.Int, Bits: 0 })
        {
            traits |= SpanTraits.ReceivedNothing;
        }
        return fields.Links.IsCut ? traits | SpanTraits.LinksCut : traits;
    }

    private void Write(in SpanView span, EventWriter events, ushort resource, short produce, OperationType operation, SpanTraits traits)
    {
        var fields = span.Fields;
        var record = events.Begin(new SpanEventHeader
        {
            Header = new() { Kind = EventKind.Span },
            TraceId = fields.TraceId,
            SpanId = fields.SpanId,
            ParentSpanId = fields.ParentSpanId,
            StartUnixNanos = fields.StartUnixNanos,
            EndUnixNanos = fields.EndUnixNanos,
            SpanIndex = fields.Index,
            ResourceIndex = resource,
            ProduceRelay = produce,
            SpanKind = (byte)(fields.Kind is > 0 and <= (int)SpanKind.Consumer ? fields.Kind : 0),
            Operation = operation,
            Traits = traits,
            BatchCount = SpanTexts.BatchCount(fields.Attributes),
            RoleCount = (ushort)_metCount,
            LinkCount = (ushort)fields.Links.Count,
        });
        events.AppendBytes(MemoryMarshal.AsBytes(_met.AsSpan(0, _metCount)));
        events.AppendBytes(MemoryMarshal.AsBytes(fields.Links.Targets));
        var texts = SpanTexts.Append(span, events) + SpanTerms.Append(span, events, _relays, produce, _met.AsSpan(0, _metCount), traits);
        texts += _jobIds.Append(span, events);
        events.HeaderAt<SpanEventHeader>(record).TextCount = (ushort)texts;
        events.End();
    }
}
