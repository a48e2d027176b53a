using System.Text.Json;
using Baton.EndToEnd.Tests.Support;
using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Alerts;

/// <summary>
/// Debian's Prometheus and Alertmanager with the files of config/prometheus, on loopback and free ports: a second where those say more.
/// Needs what `tests/install` installs.
/// </summary>
internal sealed class AlertServers : IAsyncDisposable
{
    private const string Examples = "config/prometheus";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly TempDirectory _directory = new();
    private readonly List<ChildProcess> _processes = [];
    private readonly HttpClient _prometheus;
    private readonly HttpClient _alertmanager;

    private AlertServers()
    {
        var ports = FreePorts.Take(2);
        _prometheus = Client(ports[0]);
        _alertmanager = Client(ports[1]);
    }

    /// <summary>Starts both, and waits until Prometheus has scraped Baton.</summary>
    /// <param name="baton">Baton's admin endpoint.</param>
    /// <param name="webhooks">Where alerts go.</param>
    public static async Task<AlertServers> StartAsync(Uri baton, Uri webhooks)
    {
        var servers = new AlertServers();
        try
        {
            await servers.StartAsync(baton.Authority, webhooks.Authority);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a query has an answer that is not empty.</summary>
    public async Task WaitForAsync(string query)
    {
        await UntilAsync(async () =>
        {
            using var answer = JsonDocument.Parse(await _prometheus.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative)));
            return answer.RootElement.GetProperty("data").GetProperty("result").GetArrayLength() > 0;
        }, $"'{query}' had no answer");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        _prometheus.Dispose();
        _alertmanager.Dispose();
        _directory.Dispose();
    }

    private async Task StartAsync(string baton, string webhooks)
    {
        var root = SourceTree.PathOf(Examples);
        File.Copy(Path.Combine(root, "baton.rules.yaml"), _directory["baton.rules.yaml"]);
        await CopyAsync("alertmanager.yaml", ("127.0.0.1:9094", webhooks), ("group_wait: 10s", "group_wait: 1s"), ("group_interval: 1m", "group_interval: 1s"));
        await CopyAsync("prometheus.yaml", ("127.0.0.1:8888", baton), ("127.0.0.1:9093", _alertmanager.BaseAddress!.Authority),
            ("scrape_interval: 15s", "scrape_interval: 1s"), ("evaluation_interval: 30s", "evaluation_interval: 1s"));
        await StartAsync(_alertmanager, "prometheus-alertmanager",
            $"--config.file={_directory["alertmanager.yaml"]}", $"--storage.path={_directory["alertmanager"]}",
            $"--web.listen-address={_alertmanager.BaseAddress.Authority}", "--cluster.listen-address=");
        await StartAsync(_prometheus, "prometheus",
            $"--config.file={_directory["prometheus.yaml"]}", $"--storage.tsdb.path={_directory["prometheus"]}",
            $"--web.listen-address={_prometheus.BaseAddress!.Authority}");
        await WaitForAsync("up{job=\"baton\"} == 1");
    }

    private async Task CopyAsync(string name, params (string Old, string New)[] changes)
    {
        var text = await File.ReadAllTextAsync(SourceTree.PathOf(Path.Combine(Examples, name)));
        foreach (var (old, changed) in changes)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, changed, StringComparison.Ordinal);
        }
        await File.WriteAllTextAsync(_directory[name], text);
    }

    private async Task StartAsync(HttpClient client, string file, params string[] arguments)
    {
        var process = ChildProcess.Start(file, arguments, directory: _directory.Path);
        _processes.Add(process);
        await UntilAsync(async () =>
        {
            using var answer = await client.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }, $"{file} is not ready");
    }

    private async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        using var expired = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                if (await condition()) return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet, or is too busy to answer.
            }
            if (expired.IsCancellationRequested || _processes.Exists(process => process.HasExited))
                throw new InvalidOperationException($"{otherwise}. Output:\n{string.Join('\n', _processes.SelectMany(process => process.Output))}");
            await Task.Delay(100);
        }
    }

    private static HttpClient Client(int port) => new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
}
