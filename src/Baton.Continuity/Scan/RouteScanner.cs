using Baton.Continuity.Conditions;

namespace Baton.Continuity.Scan;

/// <summary>
/// Finds which route each span of a request takes, and what a request is to lose so that only the spans of some routes are left
/// (<see cref="RequestCutter"/> then copies the rest, byte for byte). One owner, one thread; reused from request to request.
/// </summary>
public sealed class RouteScanner : IDisposable
{
    /// <summary>The route of a span that meets no condition.</summary>
    public const int Default = -1;

    private readonly EventWriter _events = new();
    private readonly SpanRoutes _routes;
    private readonly SpanScanner _received;
    private readonly SpanScanner _synthesized;
    private readonly List<RejectedRange> _lost = [];

    /// <summary>Makes a scanner.</summary>
    /// <param name="conditions">The routes' conditions, in the order in which they are asked: the first that a span meets is its route.</param>
    public RouteScanner(IReadOnlyList<Condition> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        _routes = new SpanRoutes(conditions);
        _received = new SpanScanner(_routes, synthesized: false);
        _synthesized = new SpanScanner(_routes, synthesized: true);
    }

    /// <summary>Scans a request, and then answers <see cref="Select"/> about it.</summary>
    /// <param name="exportTraceServiceRequest">Its bytes, decompressed; they have passed a scan before.</param>
    /// <param name="synthesized">True for Baton's own spans: what the path `baton.synthesized` says.</param>
    /// <returns>False if it is no such request.</returns>
    public bool TryScan(ReadOnlySpan<byte> exportTraceServiceRequest, bool synthesized)
    {
        _routes.Clear();
        _events.Clear();
        return (synthesized ? _synthesized : _received).Scan(exportTraceServiceRequest, _events).Fault is null;
    }

    /// <summary>Which spans of the scanned request are wanted.</summary>
    /// <param name="wanted">Whether the spans of a route are: by route + 1, so that <see cref="Default"/> stands first.</param>
    /// <param name="counts">Gets the number of spans for each, in the same order; counted up.</param>
    /// <param name="lost">What the request loses, for <see cref="RequestCutter"/>; valid until the next call.</param>
    /// <returns>The number of wanted spans. A request without spans is everybody's: 0 of 0.</returns>
    public int Select(ReadOnlySpan<bool> wanted, Span<int> counts, out ReadOnlySpan<RejectedRange> lost)
    {
        _lost.Clear();
        var selected = 0;
        for (var at = 0; at < _routes.Parts.Length; at++)
        {
            var part = _routes.Parts[at];
            if (part.Route == RoutedPart.Container)
            {
                if (part.Inner > 0 && !HoldsWanted(at, wanted))
                {
                    _lost.Add(part.Range);
                    Count(at, counts);
                    at += part.Inner;
                }
                continue;
            }
            counts[part.Route + 1]++;
            if (wanted[part.Route + 1])
                selected++;
            else
                _lost.Add(part.Range);
        }
        lost = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lost);
        return selected;
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    // A container without any span says nothing about routes, and stays.
    private bool HoldsWanted(int container, ReadOnlySpan<bool> wanted)
    {
        var spans = 0;
        foreach (var part in _routes.Parts.Slice(container + 1, _routes.Parts[container].Inner))
        {
            if (part.Route == RoutedPart.Container) continue;
            spans++;
            if (wanted[part.Route + 1]) return true;
        }
        return spans == 0;
    }

    private void Count(int container, Span<int> counts)
    {
        foreach (var part in _routes.Parts.Slice(container + 1, _routes.Parts[container].Inner))
        {
            if (part.Route != RoutedPart.Container) counts[part.Route + 1]++;
        }
    }
}
