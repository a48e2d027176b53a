using Baton.Testing.Engine;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>The spans of a scenario: repetitions written out, labels turned into ids, each with its arrival in seconds.</summary>
internal sealed class Cast
{
    private const double UsualDelay = 1;

    private readonly IReadOnlyDictionary<string, SpanOptions> _told;
    private readonly Dictionary<string, string> _traces = [];

    /// <param name="told">The spans of the file.</param>
    /// <param name="attributesOf">The typed attributes of a label.</param>
    public Cast(IReadOnlyDictionary<string, SpanOptions> told, Func<string, Dictionary<string, object>> attributesOf)
    {
        _told = told;
        foreach (var label in told.Keys)
        {
            for (var copy = 1; copy <= told[label].Times; copy++)
            {
                _traces[NameOf(label, copy)] = TraceOf(label, copy, []);
            }
        }
        foreach (var (label, span) in told)
        {
            var attributes = attributesOf(label);
            for (var copy = 1; copy <= span.Times; copy++)
            {
                Spans.Add(Make(label, span, copy, attributes));
            }
        }
    }

    /// <summary>All spans in the order of the file; null for what never arrives.</summary>
    public List<(SpanSpec Span, double? Arrives)> Spans { get; } = [];

    /// <summary>Every label with its trace, copies written out.</summary>
    public IEnumerable<(string Label, string Trace)> Labels => _traces.Select(entry => (entry.Key, entry.Value));

    /// <summary>The labels that a name of the expectation means: its own, or all of its copies.</summary>
    public IReadOnlyList<string> Meant(string name) =>
        _traces.ContainsKey(name) ? [name]
        : _told.TryGetValue(name, out var span) ? [.. Enumerable.Range(1, span.Times).Select(copy => NameOf(name, copy))]
        : throw new InvalidDataException($"No span is called \"{name}\".");

    private string NameOf(string label, int copy) => _told[label].Times == 1 ? label : $"{label}.{copy}";

    private string TraceOf(string label, int copy, HashSet<string> seen)
    {
        if (!_told.TryGetValue(label, out var span))
        {
            throw new InvalidDataException($"No span is called \"{label}\".");
        }
        if (!seen.Add(label))
        {
            throw new InvalidDataException($"\"{label}\" is its own ancestor.");
        }
        return span.Trace is not null ? span.Trace.Replace("#", $"{copy}", StringComparison.Ordinal)
            : span.Parent is not null ? TraceOf(span.Parent, copy, seen)
            : span.Times == 1 ? "main"
            : $"main.{copy}";
    }

    private (SpanSpec, double?) Make(string label, SpanOptions span, int copy, Dictionary<string, object> attributes)
    {
        var shift = span.Every.TotalSeconds * (copy - 1);
        var made = new SpanSpec(span.Name, (Span.Types.SpanKind)span.Kind, span.Start.TotalSeconds + shift, span.End.TotalSeconds + shift)
        {
            Id = NameOf(label, copy),
            Trace = _traces[NameOf(label, copy)],
            Parent = span.Parent is null ? "" : Same(span.Parent, copy),
            Service = span.Service,
            Instance = span.Instance ?? "",
            Error = span.Status == StatusName.Error,
            Events = [.. span.Events],
            Attributes = attributes,
            Links = [.. span.Links.SelectMany(link => LinksTo(link, span.Times, copy))],
        };
        return (made, span.Lost ? null : (span.Arrives?.TotalSeconds ?? span.End.TotalSeconds + UsualDelay) + shift);
    }

    private string Same(string label, int copy)
    {
        if (_traces.ContainsKey(label))
        {
            return label;
        }
        return _traces.ContainsKey($"{label}.{copy}") ? $"{label}.{copy}" : throw new InvalidDataException($"No span is called \"{label}\".");
    }

    private IEnumerable<string> LinksTo(string link, int times, int copy)
    {
        if (link == "zeros")
        {
            return ["0/0"];
        }
        var labels = times > 1 && !_traces.ContainsKey(link) ? [Same(link, copy)] : Meant(link);
        return labels.Select(label => $"{_traces[label]}/{label}");
    }
}
