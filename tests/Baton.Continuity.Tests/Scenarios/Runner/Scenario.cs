using System.Collections.Concurrent;
using System.Globalization;
using Baton.Continuity.Join;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Configuration.Yaml;
using Baton.Processor.Watch;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>One scenario: its file read, the parts `continuity` and `state` bound and checked as the product does with a user's own.</summary>
internal sealed class Scenario
{
    private static readonly ConcurrentDictionary<string, Scenario> Loaded = [];
    private readonly BatonOptions _options;

    private Scenario(string name, ScenarioOptions told, BatonOptions options, MapNode spans)
    {
        (Name, Told, _options) = (name, told, options);
        Cast = new Cast(told.Spans, label => Attributes((spans.Find(label)!.Value as MapNode)?.Find("attributes")?.Value as MapNode));
    }

    /// <summary>What stands in a scenario as in a user's own configuration.</summary>
    private static readonly string[] Configured = ["continuity", "state"];

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Scenarios");

    public string Name { get; }

    public ScenarioOptions Told { get; }

    public ContinuitySection Section => _options.Continuity;

    /// <summary>Every span, repetitions written out.</summary>
    public Cast Cast { get; }

    /// <summary>What the engine decides by: made anew, as a compiled condition belongs to one scanner.</summary>
    public ContinuityOptions Rules() => ContinuityRules.From(_options);

    /// <summary>Reads a file once, however often it is played: tests/mutation plays it for thousands of mutants.</summary>
    public static Scenario Load(string name) =>
        Loaded.GetOrAdd(name, static name => Parse(name, File.ReadAllText(Path.Combine(Folder, name + ".yaml"))));

    public static Scenario Parse(string name, string text)
    {
        var faults = new List<Fault>();
        var root = YamlReader.Read(text, name + ".yaml", 0, _ => null, faults) as MapNode ?? throw Broken(name, faults);
        var told = (ScenarioOptions)new Binder(new BindingContext(faults)).BindSection(typeof(ScenarioOptions), Without(root, Configured), "");
        var options = Bind(new MapNode(root.At, [.. root.Entries.Where(entry => Configured.Contains(entry.Key))]), faults);
        if (faults.Count > 0)
        {
            throw Broken(name, faults);
        }
        return new Scenario(name, told, options, (MapNode)root.Find("spans")!.Value);
    }

    /// <summary>Over the built-in defaults, so that everything else that the product checks is in order.</summary>
    private static BatonOptions Bind(MapNode configured, List<Fault> faults)
    {
        var root = NodeMerge.Over(YamlReader.Read(BatonConfiguration.BuiltIn(), "built-in defaults", 1, _ => null, faults)!, configured);
        var context = new BindingContext(faults);
        var options = (BatonOptions)new Binder(context).BindSection(typeof(BatonOptions), root, "");
        new Contradictions(options, context).Check();
        return options;
    }

    private static MapNode Without(MapNode map, string[] keys) => map with { Entries = [.. map.Entries.Where(entry => !keys.Contains(entry.Key))] };

    /// <summary>Values as YAML means them: 3 is a number and "3" a text.</summary>
    private static Dictionary<string, object> Attributes(MapNode? map) =>
        (map?.Entries ?? []).ToDictionary(entry => entry.Key, entry => ValueOf((ScalarNode)entry.Value));

    private static object ValueOf(ScalarNode node)
    {
        var plain = node.ContentColumn == node.At.Column;
        return !plain ? node.Text
            : long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : node.Text switch { "true" => true, "false" => false, var text => text };
    }

    private static InvalidDataException Broken(string name, List<Fault> faults) =>
        new($"The scenario {name} cannot be read:\n{string.Join('\n', faults)}");
}
