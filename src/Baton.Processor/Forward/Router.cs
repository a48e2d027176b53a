using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Baton.Processor.Telemetry;
using Prometheus;

namespace Baton.Processor.Forward;

/// <summary>What a reader of the journal gets of an entry.</summary>
internal enum RoutedEntry
{
    /// <summary>All of it, as it stands.</summary>
    All,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>Some of its spans.</summary>
    Part,
}

/// <summary>
/// Decides which spans of an entry one reader gets. It looks into a payload only where the answer is not the same for all spans;
/// metrics and logs take the default route, whole, and Baton's own metrics go where they are configured to. Single-threaded.
/// </summary>
/// <param name="routes">The routing.</param>
/// <param name="wanted">The routes whose spans the reader gets; the default first.</param>
/// <param name="counted">Where the spans of each route are counted that the reader gets; the default first.</param>
/// <param name="ownMetrics">Whether the reader gets Baton's own metrics.</param>
internal sealed class Router(Routes routes, bool[] wanted, IReadOnlyList<Counter.Child> counted, bool ownMetrics = false) : IDisposable
{
    private readonly bool _uniform = wanted.Distinct().Count() == 1;
    private readonly bool _counts = wanted.Length > 1;
    private readonly RouteScanner _scanner = new(routes.Conditions);
    private readonly int[] _counted = new int[wanted.Length];

    /// <summary>A router for an exporter.</summary>
    public static Router Of(Routes routes, string exporter, PipelineMetrics metrics) =>
        new(routes, routes.Of(exporter), [.. routes.Names.Select(route => metrics.RoutingSpans.With(route, exporter))], routes.GetsOwnMetrics(exporter));

    /// <summary>A router for what nobody gets.</summary>
    public static Router OfDropped(Routes routes, PipelineMetrics metrics) =>
        new(routes, routes.Dropped(), [.. routes.Names.Select(_ => metrics.RoutingDroppedSpans.With())]);

    /// <summary>Decides, and counts.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="part">The spans that the reader gets, plain; only for <see cref="RoutedEntry.Part"/>.</param>
    /// <param name="spans">How many spans the reader gets.</param>
    public RoutedEntry Route(in JournalEntry entry, out PlainPayload? part, out int spans)
    {
        part = null;
        spans = entry.SpanCount;
        if (entry.Kind == EntryKind.OwnMetrics)
            return ownMetrics ? RoutedEntry.All : RoutedEntry.None;
        if (OtlpSignals.Of(entry.Kind) != OtlpSignal.Traces)
            return wanted[0] ? RoutedEntry.All : RoutedEntry.None;
        if (!_counts || entry.Payload.IsEmpty)
        {
            if (wanted[0]) counted[0].Inc(spans);
            return wanted[0] ? RoutedEntry.All : RoutedEntry.None;
        }
        // Where every route is wanted the payload is looked at only to count; where none is, not at all.
        if (_uniform && !wanted[0]) return RoutedEntry.None;

        using var plain = entry.Encoding == PayloadEncoding.Identity ? null : PlainPayload.TryRead(entry.Payload, entry.Encoding);
        if (plain is null && entry.Encoding != PayloadEncoding.Identity) return Undecodable();
        var bytes = plain?.Bytes ?? entry.Payload;
        if (!_scanner.TryScan(bytes.Span, entry.Kind == EntryKind.Own)) return Undecodable();
        _counted.AsSpan().Clear();
        spans = _scanner.Select(wanted, _counted, out var lost);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i]) counted[i].Inc(_counted[i]);
        }
        if (lost.IsEmpty) return RoutedEntry.All;
        if (spans == 0) return RoutedEntry.None;
        part = PlainPayload.Cut(bytes.Span, lost);
        return RoutedEntry.Part;
    }

    /// <inheritdoc/>
    public void Dispose() => _scanner.Dispose();

    // What cannot be read meets no condition.
    private RoutedEntry Undecodable() => wanted[0] ? RoutedEntry.All : RoutedEntry.None;
}
