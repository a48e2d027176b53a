using System.Text.Json.Nodes;

namespace Baton.Processor.Tests.Chart;

/// <summary>What a chart became with some values.</summary>
internal sealed record Rendering(string? Error, JsonObject Values, IReadOnlyList<JsonObject> Objects, string Notes)
{
    /// <summary>The kinds of its objects, sorted.</summary>
    public IEnumerable<string> Kinds => Objects.Select(o => o["kind"]!.ToString()).Order(StringComparer.Ordinal);

    /// <summary>baton.yaml.</summary>
    public string Configuration => Of("ConfigMap")["data"]!["baton.yaml"]!.ToString();

    /// <summary>The pods' specification.</summary>
    public JsonNode Pod => Of("StatefulSet")["spec"]!["template"]!["spec"]!;

    /// <summary>The only container.</summary>
    public JsonNode Container => Assert.Single(Pod["containers"]!.AsArray())!;

    /// <summary>What pods are replaced for.</summary>
    public string RestartChecksum => Of("StatefulSet")["spec"]!["template"]!["metadata"]!["annotations"]!["checksum/restart"]!.ToString();

    /// <summary>The object of a kind; of several, the one whose name ends so.</summary>
    public JsonObject Of(string kind, string suffix = "") => Assert.Single(
        Objects, o => o["kind"]!.ToString() == kind && o["metadata"]!["name"]!.ToString().EndsWith(suffix, StringComparison.Ordinal));
}
