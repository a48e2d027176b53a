using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Processor.Tests.House;
using Baton.Testing;

namespace Baton.Processor.Tests.Chart;

/// <summary>
/// The chart's renderer (tests/chart/render, in Go, since Helm's template language is Go's) and its checks (tests/chart/check.mjs: the API's
/// models, and the schema of values). tests/install provides what both need.
/// </summary>
public sealed class ChartFixture : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private Dialogue? _renderer;
    private Dialogue? _checks;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var program = _directory["render"];
        using (var build = Dialogue.With(
            "go", ["build", "-o", program, "."], Repository.PathOf("tests/chart/render"),
            ("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOCACHE", _directory["cache"])))
            await build.EndAsync();
        _renderer = Dialogue.With(program, [Repository.PathOf("helm/baton")], _directory.Path);
        _checks = Dialogue.With("node", ["check.mjs", Repository.PathOf("helm/baton/values.schema.json")], Repository.PathOf("tests/chart"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _renderer?.Dispose();
        _checks?.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Renders it as `helm install baton --namespace observability --values …` would.</summary>
    /// <param name="values">YAML.</param>
    /// <param name="release">The release's name.</param>
    internal async Task<Rendering> RenderAsync(string values, string release = "baton")
    {
        var question = new JsonObject { ["release"] = release, ["namespace"] = "observability", ["values"] = values };
        var answer = JsonNode.Parse(await _renderer!.AskAsync(question.ToJsonString()))!;
        return new Rendering((string?)answer["error"], answer["values"]!.AsObject(), [.. answer["objects"]!.AsArray().Select(o => o!.AsObject())], answer["notes"]!.ToString());
    }

    /// <summary>Every fault of the values by the schema, and of the objects by their models.</summary>
    internal async Task<IReadOnlyList<string>> FaultsAsync(Rendering rendering)
    {
        var question = new JsonObject
        {
            ["values"] = rendering.Values.DeepClone(),
            ["objects"] = new JsonArray([.. rendering.Objects.Select(o => o.DeepClone())]),
        };
        return JsonSerializer.Deserialize<string[]>(await _checks!.AskAsync(question.ToJsonString()))!;
    }
}

/// <summary>One renderer for all of the chart's tests.</summary>
[CollectionDefinition(Name)]
public sealed class ChartGroup : ICollectionFixture<ChartFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "chart";
}
