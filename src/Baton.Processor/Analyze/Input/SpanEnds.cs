using Baton.Processor.Json;
using Google.Protobuf;

namespace Baton.Processor.Analyze.Input;

/// <summary>
/// Finds how far a request moves the clock of a recorded stream: to the latest end of its spans, of which those more than an hour ahead of
/// the request's median do not count. A single clock that is wrong would else let every deadline pass at once.
/// </summary>
internal sealed class SpanEnds
{
    private const int ResourceSpans = 1;
    private const int ScopeSpans = 2;
    private const int Spans = 2;
    private const int EndTimeUnixNano = 8;
    private const long MaxAhead = 3_600_000_000_000;

    /// <summary>Half of what 64 bits hold, the year 2116: times are added to, and must not overflow.</summary>
    private const ulong Latest = 1UL << 62;

    private readonly List<long> _ends = [];

    /// <summary>The latest end that counts, Unix nanoseconds; 0 if the request has no span.</summary>
    /// <param name="request">An ExportTraceServiceRequest that was scanned without a fault.</param>
    public long LatestOf(ReadOnlySpan<byte> request)
    {
        _ends.Clear();
        var resources = new WireFields(request);
        while (resources.Next())
        {
            if (resources.Number != ResourceSpans || resources.Type != WireFormat.WireType.LengthDelimited)
                continue;
            var scopes = new WireFields(resources.Bytes);
            while (scopes.Next())
            {
                if (scopes.Number == ScopeSpans && scopes.Type == WireFormat.WireType.LengthDelimited)
                    Collect(scopes.Bytes);
            }
        }
        return Counted();
    }

    private void Collect(ReadOnlySpan<byte> scope)
    {
        var spans = new WireFields(scope);
        while (spans.Next())
        {
            if (spans.Number != Spans || spans.Type != WireFormat.WireType.LengthDelimited)
                continue;
            var span = new WireFields(spans.Bytes);
            ulong end = 0;
            while (span.Next())
                end = span.Number == EndTimeUnixNano && span.Type == WireFormat.WireType.Fixed64 ? span.Bits : end;
            if (end is > 0 and <= Latest)
                _ends.Add((long)end);
        }
    }

    private long Counted()
    {
        if (_ends.Count == 0)
            return 0;
        var (earliest, latest) = (long.MaxValue, 0L);
        foreach (var end in _ends)
            (earliest, latest) = (Math.Min(earliest, end), Math.Max(latest, end));
        // Then none is an hour ahead of the median, wherever that is.
        if (latest - earliest <= MaxAhead)
            return latest;
        _ends.Sort();
        var limit = _ends[(_ends.Count - 1) / 2] + MaxAhead;
        return _ends[_ends.FindLastIndex(end => end <= limit)];
    }
}
