using System.Runtime.InteropServices;
using Baton.Continuity.Conditions;

namespace Baton.Continuity.Scan;

/// <summary>Which route each span of a request takes: the first whose condition it meets. One per scanner; reused.</summary>
internal sealed class SpanRoutes
{
    private readonly Predicate[] _conditions;
    private readonly List<RoutedPart> _parts = [];
    private readonly int[] _open = new int[2];

    /// <param name="conditions">The routes' conditions, in the order in which they are asked.</param>
    public SpanRoutes(IReadOnlyList<Condition> conditions) =>
        _conditions = [.. conditions.Select(condition => Predicate.Bind(condition.Root, SpanKeys, ResourceKeys))];

    public KeyIndex SpanKeys { get; } = WellKnownKeys.OfSpans();

    public KeyIndex ResourceKeys { get; } = WellKnownKeys.OfResources();

    /// <summary>Resources, each followed by its scopes, each followed by its spans: in the order of the request.</summary>
    public ReadOnlySpan<RoutedPart> Parts => CollectionsMarshal.AsSpan(_parts);

    public void Clear() => _parts.Clear();

    /// <summary>Begins a resource (0) or a scope (1).</summary>
    public void BeginContainer(int depth)
    {
        _open[depth] = _parts.Count;
        _parts.Add(default);
    }

    /// <summary>Ends it: now it is known how much it holds.</summary>
    public void EndContainer(int depth, RejectedRange range) =>
        _parts[_open[depth]] = new(range, RoutedPart.Container, _parts.Count - _open[depth] - 1);

    /// <summary>Takes a span.</summary>
    public void Take(in SpanView span, RejectedRange range)
    {
        var route = RouteScanner.Default;
        for (var i = 0; i < _conditions.Length; i++)
        {
            if (_conditions[i].Matches(span))
            {
                route = i;
                break;
            }
        }
        _parts.Add(new(range, route, 0));
    }
}

/// <summary>A resource, a scope or a span of a request.</summary>
/// <param name="Range">Its field.</param>
/// <param name="Route">A span's route; <see cref="Container"/> for what holds spans.</param>
/// <param name="Inner">How many parts follow that are within it.</param>
internal readonly record struct RoutedPart(RejectedRange Range, int Route, int Inner)
{
    public const int Container = -2;
}
