using Baton.Processor.Journal;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Simulation;

/// <summary>What has arrived downstream. It outlives every process.</summary>
internal sealed class Backend
{
    private readonly Dictionary<string, HashSet<long>> _positionsOfTold = [];

    /// <summary>The ids of the senders' spans that have arrived.</summary>
    public HashSet<string> Received { get; } = [];

    /// <summary>Baton's own spans that have arrived: name, id and verdict.</summary>
    public SortedSet<string> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>The producing spans whose deadline span has arrived.</summary>
    public HashSet<string> Missed { get; } = [];

    /// <summary>Takes one entry. The same one may come again; another one with the same span of Baton's may not.</summary>
    public void Take(EntryKind kind, byte[] payload, long position)
    {
        if (payload.Length == 0) return;
        foreach (var span in ExportTraceServiceRequest.Parser.ParseFrom(payload).ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans))
        {
            var id = Convert.ToHexStringLower(span.SpanId.Span);
            if (kind != EntryKind.Own)
            {
                Received.Add(id);
                continue;
            }
            var verdict = span.Attributes.FirstOrDefault(attribute => attribute.Key == "baton.verdict")?.Value.StringValue;
            Told.Add($"{span.Name} {id} {verdict}");
            if (span.Name == "worker.deadline") Missed.Add(Convert.ToHexStringLower(span.ParentSpanId.Span));
            if (!_positionsOfTold.TryGetValue(id, out var positions)) _positionsOfTold[id] = positions = [];
            if (positions.Add(position) && positions.Count > 1)
                throw new BrokenPromiseException($"{span.Name} {id} stands in the journal more than once: at {string.Join(", ", positions.Order())}.");
        }
    }
}
