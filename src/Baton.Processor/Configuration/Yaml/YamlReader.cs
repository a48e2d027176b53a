using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Baton.Processor.Configuration.Yaml;

/// <summary>
/// Reads one YAML source into nodes that remember where they stand. Faults are collected, and reading goes on wherever it can; only
/// a syntax error ends it. Anchors, aliases and merge keys (<c>&lt;&lt;</c>) work as in the Collector.
/// </summary>
internal sealed class YamlReader
{
    // Deeper than any option; a bound on the recursion.
    private const int MaxDepth = 32;
    // A configuration of ten thousand relays stays below. The bound stops aliases of aliases of aliases from growing without end.
    private const int MaxNodes = 1_000_000;

    private readonly string _text;
    private readonly string _source;
    private readonly int _order;
    private readonly Func<string, string?> _environment;
    private readonly List<Fault> _faults;
    private readonly Dictionary<AnchorName, (Node Node, int Size)> _anchors = [];
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private int _nodes;

    private YamlReader(string text, string source, int order, Func<string, string?> environment, List<Fault> faults)
    {
        _source = source;
        _order = order;
        _environment = environment;
        _faults = faults;
        _text = text;
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <summary>Reads the one document of <paramref name="text"/>; null when it is empty or cannot be read.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="source">What locations call it.</param>
    /// <param name="order">Its position among the sources.</param>
    /// <param name="environment">Answers the value of an environment variable, or null.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <param name="path">The key that the document is the value of; empty for a whole file.</param>
    public static Node? Read(string text, string source, int order, Func<string, string?> environment, List<Fault> faults, string path = "")
    {
        var reader = new YamlReader(text, source, order, environment, faults);
        try
        {
            return reader.ReadStream(path);
        }
        catch (YamlException e)
        {
            // An error is reported with the structure that it is in; where it has no extent (a tab in a map), the scanner knows where it
            // stumbled.
            var end = e.Start.Equals(e.End) ? reader._scanner.CurrentPosition : e.End;
            var at = end.Line > e.Start.Line ? end : e.Start;
            faults.Add(new Fault(reader.At(at), "", reader.Explain(e.Message, at)));
        }
        catch (InvalidOperationException)
        {
            // The scanner's answer to a brace or a bracket where it expects none.
            var at = reader._scanner.CurrentPosition;
            faults.Add(new Fault(reader.At(at), "", reader.Explain("A brace or a bracket before this place is not closed, or a value holds one without quotes.", at)));
        }
        return null;
    }

    // The commonest reason by far: a reference to a variable between braces or brackets, without quotes.
    private string Explain(string message, Mark at)
    {
        var line = _text.Split('\n').ElementAtOrDefault((int)at.Line - 1) ?? "";
        var hint = line.Contains("${", StringComparison.Ordinal) ? " Between { } or [ ], a value with ${…} needs quotes: \"${env:NAME}\"." : "";
        return $"is not YAML: {message}{hint}";
    }

    private Node? ReadStream(string path)
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
            return null;
        var root = ReadNode(path, 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            _faults.Add(new Fault(At(second.Start), "", "a second YAML document; write one document per file, and give --config for each file"));
        return root;
    }

    private Node ReadNode(string path, int depth)
    {
        if (depth > MaxDepth)
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"nested deeper than {MaxDepth} levels");
        var sizeBefore = _nodes;
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return Resolve(alias);
        Count(1, _parser.Current!);
        var anchor = (_parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        Node node = _parser.Current switch
        {
            MappingStart => ReadMap(path, depth),
            SequenceStart => ReadList(path, depth),
            _ => ReadScalar(_parser.Consume<Scalar>(), path),
        };
        if (!anchor.IsEmpty)
            _anchors[anchor] = (node, _nodes - sizeBefore);
        return node;
    }

    // An anchor is known only once its node is complete, so that no node can contain itself.
    private Node Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var anchored))
            throw new YamlException(alias.Start, alias.End, $"no anchor \"&{alias.Value}\" is complete before this alias");
        Count(anchored.Size, alias);
        return anchored.Node;
    }

    private void Count(int nodes, ParsingEvent at)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
            throw new YamlException(at.Start, at.End, $"more than {MaxNodes} values, aliases resolved");
    }

    private ListNode ReadList(string path, int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(KeyPath.Item(path, items.Count), depth + 1));
        return new ListNode(At(start.Start), items);
    }

    private MapNode ReadMap(string path, int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<MapEntry>();
        var merged = new List<MapEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var at = At(_parser.Current!.Start);
            var key = (ReadNode(path, depth + 1) as ScalarNode)?.Written;
            var value = ReadNode(KeyPath.Child(path, key ?? "?"), depth + 1);
            if (key is null)
                _faults.Add(new Fault(at, path, "a key must be a plain word"));
            else if (key == "<<")
                Merge(value, path, merged);
            else if (entries.Find(entry => entry.Key == key) is { } first)
                _faults.Add(new Fault(at, KeyPath.Child(path, key), $"this key is given twice in one map, first in line {first.At.Line}; remove one"));
            else
                entries.Add(new MapEntry(key, at, value));
        }
        // A key of the map itself overrides a merged one, and an earlier merge a later one.
        foreach (var entry in merged)
        {
            if (!entries.Exists(own => own.Key == entry.Key))
                entries.Add(entry);
        }
        return new MapNode(At(start.Start), entries);
    }

    private void Merge(Node value, string path, List<MapEntry> merged)
    {
        switch (value)
        {
            case MapNode map:
                merged.AddRange(map.Entries);
                break;
            case ListNode list when list.Items.All(item => item is MapNode):
                merged.AddRange(list.Items.Cast<MapNode>().SelectMany(map => map.Entries));
                break;
            default:
                _faults.Add(new Fault(value.At, path, "\"<<\" merges a map, or a list of maps: write <<: *anchor"));
                break;
        }
    }

    private ScalarNode ReadScalar(Scalar scalar, string path)
    {
        var at = At(scalar.Start);
        var written = scalar.Value;
        var plain = scalar.Style == ScalarStyle.Plain;
        var quotes = plain ? 0 : 2;
        var verbatim = scalar.Start.Line == scalar.End.Line && scalar.End.Column - scalar.Start.Column == written.Length + quotes;
        var contentColumn = verbatim ? at.Column + (quotes / 2) : 0;
        var text = scalar.IsKey ? written : EnvironmentExpansion.Expand(written, _environment, (offset, message) => _faults.Add(
            new Fault(verbatim ? at with { Column = contentColumn + offset } : at, path, message)));
        var isNull = plain && written is ("" or "~" or "null" or "Null" or "NULL");
        return new ScalarNode(at, text, written, text == written ? contentColumn : 0, isNull);
    }

    private SourceLocation At(Mark mark) => new(_source, _order, (int)mark.Line, (int)mark.Column);
}
