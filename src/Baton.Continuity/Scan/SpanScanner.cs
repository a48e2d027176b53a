namespace Baton.Continuity.Scan;

/// <summary>
/// Walks requests over the wire and writes an event for each span that has a role. No objects, nothing allocated per span.
/// One owner, one thread; reused from request to request.
/// </summary>
public sealed partial class SpanScanner
{
    // Tags: field number × 8 + wire type.
    private const uint LengthDelimited1 = 0x0A;
    private const uint LengthDelimited2 = 0x12;
    private const uint LengthDelimited3 = 0x1A;

    /// <summary>Further resources of a request share the last, nameless record: a span must not get another's names.</summary>
    private const int MaxResources = ushort.MaxValue + 1;

    private readonly SpanFields _span;
    private readonly AttributeSlots _linkAttributes = new(WellKnownKeys.OfLinks());
    private readonly SpanRoles? _roles;
    private readonly SpanRoutes? _routes;
    private readonly RejectionLog _rejections = new();
    private int _resourceRecord;
    private int _resources;
    private long _latestEnd;

    /// <summary>Makes a scanner.</summary>
    /// <param name="plan">What it looks for.</param>
    /// <param name="synthesized">True if it scans Baton's own spans: what the path `baton.synthesized` says.</param>
    public SpanScanner(ScanPlan plan, bool synthesized = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _span = new SpanFields(plan.SpanKeys, plan.ResourceKeys, synthesized, plan.LinksPerSpan);
        _roles = new SpanRoles(plan);
    }

    // Gives each span a route instead of an event.
    internal SpanScanner(SpanRoutes routes, bool synthesized)
    {
        _span = new SpanFields(routes.SpanKeys, routes.ResourceKeys, synthesized, links: 0);
        _routes = routes;
    }

    /// <summary>The parts of the last request that <see cref="RequestCutter"/> leaves out, in their order; valid until the next scan.</summary>
    public ReadOnlySpan<RejectedRange> Rejected => _rejections.Ranges;

    /// <summary>Scans one request.</summary>
    /// <param name="exportTraceServiceRequest">Its bytes, decompressed.</param>
    /// <param name="events">Gets a record for each resource and for each span that has a role; must hold no record. Empty after a fault.</param>
    public ScanResult Scan(ReadOnlySpan<byte> exportTraceServiceRequest, EventWriter events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var wire = new WireReader(exportTraceServiceRequest);
        _rejections.Clear();
        _span.Index = 0;
        _resources = 0;
        var field = wire.Position;
        while (wire.Next(out var tag))
        {
            if (tag == LengthDelimited1)
            {
                WalkResourceSpans(ref wire, events, field);
            }
            else
            {
                wire.Skip(tag);
            }
            field = wire.Position;
        }
        var fault = wire.Fault != WireFault.None ? ScanFault.Of(wire.Fault, wire.FaultOffset)
            : _rejections.IsFull ? new ScanFault(0, $"more than {RejectionLog.MaxRanges} separate parts are bad; {_rejections.Describe()}")
            : null;
        if (fault is null)
        {
            return new(null, _span.Index, _rejections.Spans, _rejections.Describe());
        }
        events.Clear();
        _rejections.Clear();
        return new(fault, _span.Index, 0, null);
    }

    // The resource may stand after the spans, and in pieces: a first walk reads it and passes over the spans.
    private void WalkResourceSpans(ref WireReader wire, EventWriter events, int field)
    {
        var outer = wire.Enter();
        var body = wire.Position;
        _routes?.BeginContainer(0);
        var start = (Index: _span.Index, Events: events.Written.Length, Resources: _resources, Rejections: _rejections.Mark());
        WalkResource(ref wire);
        var badText = wire.TakeInvalidText();
        BeginResource(events, wire.Bytes);
        wire.Rewind(body);
        var inner = wire.Position;
        while (wire.Next(out var tag))
        {
            if (tag == LengthDelimited2)
            {
                WalkScopeSpans(ref wire, events, inner);
            }
            else
            {
                wire.Skip(tag);
            }
            inner = wire.Position;
        }
        EndResource(events);
        _routes?.EndContainer(0, new(field, wire.End - field));
        if (badText >= 0)
        {
            events.Truncate(start.Events);
            _resources = start.Resources;
            _rejections.Replace(start.Rejections, new(field, wire.End - field), _span.Index - start.Index, badText);
        }
        wire.Leave(outer);
    }

    private void WalkScopeSpans(ref WireReader wire, EventWriter events, int field)
    {
        var outer = wire.Enter();
        var body = wire.Position;
        _routes?.BeginContainer(1);
        var start = (Index: _span.Index, Events: events.Written.Length, Rejections: _rejections.Mark(), LatestEnd: _latestEnd);
        WalkScope(ref wire);
        _roles?.BeginScope();
        var badText = wire.TakeInvalidText();
        wire.Rewind(body);
        var inner = wire.Position;
        while (wire.Next(out var tag))
        {
            if (tag == LengthDelimited2)
            {
                WalkSpan(ref wire, events, inner);
            }
            else
            {
                wire.Skip(tag);
            }
            inner = wire.Position;
        }
        _routes?.EndContainer(1, new(field, wire.End - field));
        if (badText >= 0)
        {
            events.Truncate(start.Events);
            _latestEnd = start.LatestEnd;
            _rejections.Replace(start.Rejections, new(field, wire.End - field), _span.Index - start.Index, badText);
        }
        wire.Leave(outer);
    }
}
