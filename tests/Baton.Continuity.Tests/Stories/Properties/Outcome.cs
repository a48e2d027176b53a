using System.Globalization;
using Baton.Testing.Engine;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Stories.Properties;

/// <summary>What Baton concluded of a story, sorted, in the story's own names; so that two outcomes compare, and a difference reads well.</summary>
internal sealed class Outcome
{
    private readonly Dictionary<ByteString, string> _names;

    private Outcome(Dictionary<ByteString, string> names) => _names = names;

    private Outcome(Plan plan)
    {
        _names = plan.Spans.Select(span => (Id: Ids.Span(span.Id), Name: span.Id))
            .Concat(plan.Spans.Select(span => (Id: Ids.Trace(span.Trace), Name: span.Trace))).DistinctBy(known => known.Id)
            .ToDictionary(known => known.Id, known => known.Name);
    }

    /// <summary>Everything that was told to the observer, but for how spans were tied: a link or the parent, whichever comes first, ties a span.</summary>
    public required IReadOnlyList<string> Facts { get; init; }

    /// <summary>
    /// Everything in the synthesized spans, but for how spans were tied, and for the backlog: it is counted when a span is told, and what
    /// was published or picked up since the deadline passed counts too.
    /// </summary>
    public required IReadOnlyList<string> Spans { get; init; }

    /// <summary>Without repetitions of facts; spans still count.</summary>
    public Outcome Distinct => new(_names) { Facts = [.. Facts.Distinct()], Spans = Spans };

    public static Outcome Of(Plan plan, Story story)
    {
        var names = new Outcome(plan) { Facts = [], Spans = [] };
        return new Outcome(plan)
        {
            Facts = [.. Net(story.Observer.Facts.Where(fact => !fact.Line.StartsWith("joined", StringComparison.Ordinal)).Select(names.Text)).Order(StringComparer.Ordinal)],
            Spans = [.. story.Synthesized.Select(told => names.Text(told.Resource, told.Span)).Order(StringComparer.Ordinal)],
        };
    }

    // What was opened and withdrawn was never there.
    private static List<string> Net(IEnumerable<string> facts)
    {
        var all = facts.ToList();
        foreach (var withdrawn in all.Where(fact => fact.EndsWith(" withdrawn", StringComparison.Ordinal)).ToList())
        {
            all.Remove(withdrawn);
            all.Remove(withdrawn.Replace(" withdrawn", " opened", StringComparison.Ordinal));
        }
        return all;
    }

    // Which of a publication's nested spans the handoff is known by when it is told of depends on which have come: its trace does not.
    // Which of their relays it is counted under as opened, likewise. Nor is a latency told twice when a span comes that begins before the one that was taken for the first.
    private string Text((Baton.Continuity.Scan.TraceId Trace, Baton.Continuity.Scan.SpanId Span, string Line) fact)
    {
        var trace = new byte[Baton.Continuity.Scan.TraceId.Length];
        fact.Trace.WriteTo(trace);
        var line = fact.Line.Split(' ')[0] switch
        {
            "acknowledged" => fact.Line[..fact.Line.LastIndexOf(' ')],
            "opened" => "opened",
            "withdrawn" => "withdrawn",
            _ => fact.Line,
        };
        return $"{Name(ByteString.CopyFrom(trace))} {line}";
    }

    private string Text(ResourceSpans resource, Span span)
    {
        var attributes = resource.Resource.Attributes.Concat(span.Attributes).Where(attribute => attribute.Key is not ("baton.match" or "baton.destination.backlog"))
            .Select(attribute => $"{attribute.Key}={Text(attribute.Value)}").Order(StringComparer.Ordinal);
        var links = span.Links.Select(link => $"-> {Name(link.TraceId)}/{Name(link.SpanId)}").Order(StringComparer.Ordinal);
        return $"{Name(span.TraceId)}/{Name(span.ParentSpanId)} {span.Name} {Convert.ToHexStringLower(span.SpanId.Span)} {Seconds(span.StartTimeUnixNano)}..{Seconds(span.EndTimeUnixNano)} "
            + $"{span.Status?.Code} {span.Status?.Message} {string.Join(' ', attributes)} {string.Join(' ', links)}";
    }

    private string Name(ByteString id) => _names.GetValueOrDefault(id, "?");

    private static string Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        _ => value.StringValue,
    };

    private static string Seconds(ulong unixNanos) => (((long)unixNanos - Story.Epoch) / 1e9).ToString("0.00", CultureInfo.InvariantCulture);
}
