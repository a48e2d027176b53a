namespace Baton.Testing.Processes;

/// <summary>
/// The real `baton`, as a process of its own on free loopback ports. The executable is looked for beside the test's own assembly, where a
/// reference to Baton.Processor puts it. The data directory stays through <see cref="RestartAsync"/> and is removed with this object.
/// </summary>
public sealed class BatonProcess : IAsyncDisposable
{
    // Far more than it takes on a machine that is busy with twenty other things.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TempDirectory _directory = new();
    private readonly HttpClient _admin;
    private ChildProcess _process = null!;
    private string _durability = "os";
    private string _telemetry = "{}";
    private string? _data;
    private IReadOnlyList<string> _arguments = [];

    private BatonProcess()
    {
        var ports = FreePorts.Take(3);
        (GrpcEndpoint, HttpEndpoint, AdminEndpoint) = (Loopback(ports[0]), Loopback(ports[1]), Loopback(ports[2]));
        _admin = new HttpClient { BaseAddress = AdminEndpoint, Timeout = Patience };
    }

    /// <summary>OTLP/gRPC.</summary>
    public Uri GrpcEndpoint { get; }

    /// <summary>OTLP/HTTP.</summary>
    public Uri HttpEndpoint { get; }

    /// <summary>/metrics, /healthz, /readyz.</summary>
    public Uri AdminEndpoint { get; }

    /// <summary>Holds the configuration file and, below it, journal and state.</summary>
    public string Directory => _directory.Path;

    /// <summary>The configuration file as baton reads it; may be rewritten between restarts.</summary>
    public string ConfigFile => _directory["baton.yaml"];

    /// <summary>The operating system's id of the running instance.</summary>
    public int Id => _process.Id;

    /// <summary>What the running instance has printed.</summary>
    public IReadOnlyList<string> Output => _process.Output;

    /// <summary>
    /// Starts baton and waits until it is ready. <paramref name="yaml"/> holds the sections `continuity`, `exporters` and `routing`, and
    /// whatever else the test wants but `receivers`, `journal`, `state` and `service`: those are added here.
    /// </summary>
    /// <param name="yaml">Those sections.</param>
    /// <param name="durability">journal.durability.</param>
    /// <param name="data">Where journal and state are to be, on a small disk; null: in a directory of its own.</param>
    /// <param name="telemetry">service.telemetry, in braces.</param>
    /// <param name="arguments">Further arguments, such as `--set` and what it sets of the sections that are added here.</param>
    public static async Task<BatonProcess> StartAsync(
        string yaml, string durability = "os", string? data = null, string telemetry = "{}", IReadOnlyList<string>? arguments = null)
    {
        var baton = new BatonProcess { _durability = durability, _data = data, _telemetry = telemetry, _arguments = arguments ?? [] };
        try
        {
            await File.WriteAllTextAsync(baton.ConfigFile, baton.Own() + yaml);
            await baton.StartAsync();
            return baton;
        }
        catch
        {
            await baton.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public Task<int> TerminateAsync()
    {
        _process.Terminate();
        return _process.WaitForExitAsync();
    }

    /// <summary>Replaces the configuration file. It is whole at any moment: the running instance looks at it by itself, too.</summary>
    /// <param name="change">Makes the new text of the old.</param>
    public async Task RewriteAsync(Func<string, string> change)
    {
        var next = $"{ConfigFile}.next";
        await File.WriteAllTextAsync(next, change(await File.ReadAllTextAsync(ConfigFile)));
        File.Move(next, ConfigFile, overwrite: true);
    }

    /// <summary>SIGHUP: the configuration is read again.</summary>
    public void HangUp() => _process.HangUp();

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts again, after <see cref="TerminateAsync"/> or <see cref="KillAsync"/>, on the same ports and the same data.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        await StartAsync();
    }

    /// <summary>The metrics as they stand.</summary>
    public async Task<MetricsPage> ScrapeAsync() => new(await _admin.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

    /// <summary>The first scrape that meets <paramref name="condition"/>.</summary>
    /// <exception cref="TimeoutException">None did in time (five minutes where nothing is said); the message has the last page.</exception>
    public async Task<MetricsPage> WaitForMetricsAsync(Func<MetricsPage, bool> condition, TimeSpan? timeout = null)
    {
        using var expired = new CancellationTokenSource(timeout ?? Patience);
        while (true)
        {
            var page = await ScrapeAsync();
            if (condition(page))
                return page;
            if (expired.IsCancellationRequested)
                throw new TimeoutException($"The metrics did not become what was awaited. The last scrape:{Environment.NewLine}{page.Text}");
            await Task.Delay(50);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _admin.Dispose();
        _directory.Dispose();
    }

    private static Uri Loopback(int port) => new($"http://127.0.0.1:{port}");

    private async Task StartAsync()
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "baton.dll");
        _process = ChildProcess.Start(ChildProcess.DotnetHost, [assembly, "run", "--config", ConfigFile, .. _arguments], directory: Directory);
        using var expired = new CancellationTokenSource(Patience);
        while (!await IsReadyAsync())
        {
            if (_process.HasExited || expired.IsCancellationRequested)
                throw new InvalidOperationException($"baton is not ready. Its output:{Environment.NewLine}{string.Join(Environment.NewLine, Output)}");
            await Task.Delay(50);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _admin.GetAsync(new Uri("/readyz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private string DataPath(string name) => _data is null ? _directory[name] : Path.Combine(_data, name);

    private string Own() => $$"""
        receivers:
          otlp:
            protocols:
              grpc: { endpoint: {{GrpcEndpoint.Authority}} }
              http: { endpoint: {{HttpEndpoint.Authority}} }
        journal: { directory: {{DataPath("journal")}}, durability: {{_durability}}, min_free: {{(_data is null ? "128MiB" : "16MiB")}} }
        state: { directory: {{DataPath("state")}}, checkpoint_interval: {{(_data is null ? "30s" : "1s")}}, memory: {{(_data is null ? "512MiB" : "64MiB")}} }
        service:
          stop_timeout: 2m
          admin: { endpoint: {{AdminEndpoint.Authority}} }
          telemetry: {{_telemetry}}

        """;
}
