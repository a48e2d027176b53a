using YamlDotNet.RepresentationModel;

namespace Baton.Processor.Tests.Examples;

/// <summary>A YAML file, to look things up in.</summary>
internal static class Yaml
{
    /// <summary>The only document of a file.</summary>
    public static YamlNode Read(string path)
    {
        using var text = new StreamReader(path);
        var stream = new YamlStream();
        stream.Load(text);
        return Assert.Single(stream.Documents).RootNode;
    }

    /// <summary>What is below keys; null if it is not there.</summary>
    public static YamlNode? At(this YamlNode? node, params string[] keys) => keys.Aggregate(
        node, (at, key) => at is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var below) ? below : null);

    /// <summary>The keys of a map; none of anything else.</summary>
    public static IEnumerable<string> Keys(this YamlNode? node) => node is YamlMappingNode map ? map.Children.Keys.Select(Text) : [];

    /// <summary>The texts of a list; none of anything else.</summary>
    public static IEnumerable<string> Texts(this YamlNode? node) => node is YamlSequenceNode list ? list.Children.Select(Text) : [];

    /// <summary>The text of a scalar.</summary>
    public static string Text(this YamlNode? node) => Assert.IsType<YamlScalarNode>(node).Value!;
}
