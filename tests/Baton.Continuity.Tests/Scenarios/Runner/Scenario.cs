using System.Globalization;
using Baton.Continuity.Join;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Configuration.Yaml;
using Baton.Processor.Watch;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>One scenario: its file read, the part `continuity` bound and checked as the product does with a user's own.</summary>
internal sealed class Scenario
{
    private Scenario(string name, ScenarioOptions told, ContinuitySection section, MapNode spans)
    {
        (Name, Told, Section) = (name, told, section);
        Cast = new Cast(told.Spans, label => Attributes((spans.Find(label)!.Value as MapNode)?.Find("attributes")?.Value as MapNode));
    }

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Scenarios");

    public string Name { get; }

    public ScenarioOptions Told { get; }

    public ContinuitySection Section { get; }

    /// <summary>Every span, repetitions written out.</summary>
    public Cast Cast { get; }

    /// <summary>What the engine decides by: made anew, as a compiled condition belongs to one scanner.</summary>
    public ContinuityOptions Rules() => ContinuityRules.From(Section);

    public static Scenario Load(string name) => Parse(name, File.ReadAllText(Path.Combine(Folder, name + ".yaml")));

    public static Scenario Parse(string name, string text)
    {
        var faults = new List<Fault>();
        var root = YamlReader.Read(text, name + ".yaml", 0, _ => null, faults) as MapNode ?? throw Broken(name, faults);
        var told = (ScenarioOptions)new Binder(new BindingContext(faults)).BindSection(typeof(ScenarioOptions), Without(root, "continuity"), "");
        var section = Bind(root.Find("continuity"), faults);
        if (faults.Count > 0)
        {
            throw Broken(name, faults);
        }
        return new Scenario(name, told, section, (MapNode)root.Find("spans")!.Value);
    }

    /// <summary>Over the built-in defaults, so that everything else that the product checks is in order.</summary>
    private static ContinuitySection Bind(MapEntry? continuity, List<Fault> faults)
    {
        var root = YamlReader.Read(BatonConfiguration.BuiltIn(), "built-in defaults", 1, _ => null, faults)!;
        if (continuity is not null)
        {
            root = NodeMerge.Over(root, new MapNode(continuity.At, [continuity]));
        }
        var context = new BindingContext(faults);
        var options = (BatonOptions)new Binder(context).BindSection(typeof(BatonOptions), root, "");
        new Contradictions(options, context).Check();
        return options.Continuity;
    }

    private static MapNode Without(MapNode map, string key) => map with { Entries = [.. map.Entries.Where(entry => entry.Key != key)] };

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
