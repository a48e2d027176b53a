namespace Baton.Continuity.Scan;

// Resources and scopes.
public sealed partial class SpanScanner
{
    private void WalkResource(ref WireReader wire)
    {
        _span.Resource.Clear();
        _latestEnd = 0;
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case LengthDelimited1:
                    WalkResourceMessage(ref wire);
                    break;
                case LengthDelimited3:
                    wire.Text(out _);
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
    }

    private void WalkResourceMessage(ref WireReader wire)
    {
        var outer = wire.Enter();
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case LengthDelimited1:
                    AttributeWalk.KeyValue(ref wire, _span.Resource);
                    break;
                case LengthDelimited3:
                    WalkEntityRef(ref wire);
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
        wire.Leave(outer);
    }

    private static void WalkEntityRef(ref WireReader wire)
    {
        var outer = wire.Enter();
        while (wire.Next(out var tag))
        {
            // schema_url, type, id_keys, description_keys: strings all.
            if (tag is 0x0A or 0x12 or 0x1A or 0x22)
            {
                wire.Text(out _);
            }
            else
            {
                wire.Skip(tag);
            }
        }
        wire.Leave(outer);
    }

    private void WalkScope(ref WireReader wire)
    {
        (_span.ScopeNameOffset, _span.ScopeNameLength) = (0, 0);
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case LengthDelimited1:
                    WalkScopeMessage(ref wire);
                    break;
                case LengthDelimited3:
                    wire.Text(out _);
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
    }

    private void WalkScopeMessage(ref WireReader wire)
    {
        var outer = wire.Enter();
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case LengthDelimited1:
                    _span.ScopeNameOffset = wire.Text(out _span.ScopeNameLength);
                    break;
                case LengthDelimited2:
                    wire.Text(out _);
                    break;
                case LengthDelimited3:
                    AttributeWalk.KeyValue(ref wire, out _);
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
        wire.Leave(outer);
    }

    private void BeginResource(EventWriter events, ReadOnlySpan<byte> request)
    {
        _resources++;
        if (_resources > MaxResources)
        {
            return;
        }
        _resourceRecord = events.Begin(new ResourceEventHeader { Header = new() { Kind = EventKind.Resource } });
        if (_resources < MaxResources)
        {
            ushort texts = 0;
            AppendText(events, request, TextKind.ServiceName, ResourceKey.ServiceName, ref texts);
            AppendText(events, request, TextKind.ServiceNamespace, ResourceKey.ServiceNamespace, ref texts);
            AppendText(events, request, TextKind.ServiceInstance, ResourceKey.ServiceInstance, ref texts);
            if (!AppendText(events, request, TextKind.Environment, ResourceKey.Environment, ref texts))
            {
                AppendText(events, request, TextKind.Environment, ResourceKey.LegacyEnvironment, ref texts);
            }
            events.HeaderAt<ResourceEventHeader>(_resourceRecord).TextCount = texts;
        }
        events.End();
    }

    private bool AppendText(EventWriter events, ReadOnlySpan<byte> request, TextKind kind, ResourceKey key, ref ushort texts)
    {
        var value = _span.Resource[(int)key];
        if (value.Kind != ValueKind.String || value.Length == 0)
        {
            return false;
        }
        events.AppendText(kind, request.Slice(value.Offset, value.Length));
        texts++;
        return true;
    }

    private void EndResource(EventWriter events)
    {
        ref var latestEnd = ref events.HeaderAt<ResourceEventHeader>(_resourceRecord).LatestEndUnixNanos;
        latestEnd = Math.Max(latestEnd, _latestEnd);
    }
}
