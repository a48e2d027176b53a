using Baton.Processor.Tests.House;
using YamlDotNet.RepresentationModel;

namespace Baton.Processor.Tests.Alerts;

/// <summary>config/prometheus/baton.rules.yaml, as it stands.</summary>
internal static class AlertRules
{
    /// <summary>Its place.</summary>
    public const string Path = "config/prometheus/baton.rules.yaml";

    private static readonly YamlMappingNode[] Rules =
        [.. ((YamlSequenceNode)Load(Path)["groups"]).SelectMany(group => (YamlSequenceNode)group["rules"]).Cast<YamlMappingNode>()];

    /// <summary>The rules that record.</summary>
    public static IReadOnlyList<Recording> Recordings { get; } =
        [.. Rules.Where(rule => rule.Children.ContainsKey("record")).Select(rule => new Recording($"{rule["record"]}", $"{rule["expr"]}"))];

    /// <summary>The alerts.</summary>
    public static IReadOnlyList<Alert> Alerts { get; } =
        [.. Rules.Where(rule => rule.Children.ContainsKey("alert")).Select(rule => new Alert($"{rule["alert"]}", $"{rule["expr"]}", Texts(rule["labels"]), Texts(rule["annotations"])))];

    /// <summary>A YAML file of the tree.</summary>
    public static YamlMappingNode Load(string relative)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(Repository.PathOf(relative));
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static Dictionary<string, string> Texts(YamlNode map) => ((YamlMappingNode)map).Children.ToDictionary(pair => $"{pair.Key}", pair => $"{pair.Value}");
}

/// <summary>A recording rule.</summary>
internal sealed record Recording(string Name, string Expression);

/// <summary>An alert.</summary>
internal sealed record Alert(string Name, string Expression, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>The file name of its runbook.</summary>
    public string Runbook => Annotations["runbook_url"].Split('/')[^1];
}
