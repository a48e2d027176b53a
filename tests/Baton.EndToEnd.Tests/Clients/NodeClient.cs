using System.Text.Json;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Clients;

/// <summary>The OpenTelemetry SDK for JavaScript, in one process for all exports: tests/Baton.EndToEnd.Node, which `tests/install` completes.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    // Node's own start, and what the SDK does beside waiting.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _node = ChildProcess.Start("node", ["client.js"], directory: Directory);
    private int _exports;

    private static string Directory
    {
        get
        {
            for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
            {
                var project = Path.Combine(at, "tests", "Baton.EndToEnd.Node");
                if (System.IO.Directory.Exists(Path.Combine(project, "node_modules")))
                    return project;
            }
            throw new InvalidOperationException("tests/Baton.EndToEnd.Node has no node_modules. Run tests/install.");
        }
    }

    /// <summary>Exports two spans; one call at a time.</summary>
    public async Task<Exported> ExportAsync(Export export)
    {
        var path = export.Protocol == OtlpProtocol.Grpc ? "" : "v1/traces";
        var id = ++_exports;
        await _node.WriteLineAsync(JsonSerializer.Serialize(new
        {
            id,
            protocol = export.Protocol switch { OtlpProtocol.Grpc => "grpc", OtlpProtocol.HttpProtobuf => "http/protobuf", _ => "http/json" },
            url = new Uri(export.Endpoint, path),
            gzip = export.Gzip,
            headers = export.Authorization is { } value ? new Dictionary<string, string> { ["authorization"] = value } : [],
            ca = export.AuthorityFile,
            cert = export.Certificate?.CertFile,
            key = export.Certificate?.KeyFile,
            timeoutMillis = export.Timeout.TotalMilliseconds,
        }));
        var line = await _node.WaitForLineAsync(line => line.StartsWith($"{{\"id\":{id},", StringComparison.Ordinal), export.Timeout + Slack);
        return JsonSerializer.Deserialize<Exported>(line, JsonSerializerOptions.Web)!;
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
