namespace Baton.Testing.Processes;

/// <summary>
/// Debian's RabbitMQ, run directly: on loopback and free ports, with its own data directory, cookie, node name and port mapper (epmd),
/// so that it meets no other broker on the machine and leaves nothing behind. Needs what `tests/install` installs.
/// </summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private ChildProcess? _portMapper;
    private ChildProcess? _server;

    private RabbitMqBroker(int port) => Uri = new Uri($"amqp://guest:guest@127.0.0.1:{port}/");

    /// <summary>Where clients connect, with credentials.</summary>
    public Uri Uri { get; }

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    public static async Task<RabbitMqBroker> StartAsync()
    {
        var ports = FreePorts.Take(3);
        var broker = new RabbitMqBroker(ports[0]);
        try
        {
            await broker.StartAsync(ports[0], distributionPort: ports[1], portMapperPort: ports[2]);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_portMapper is not null)
            await _portMapper.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartAsync(int port, int distributionPort, int portMapperPort)
    {
        // Not as a daemon: so it is a child, and ends with the broker. The server's own attempt would outlive it.
        _portMapper = ChildProcess.Start("/usr/bin/epmd", ["-address", "127.0.0.1", "-port", $"{portMapperPort}"]);
        await File.WriteAllTextAsync(_directory["rabbitmq.conf"], $"""
            listeners.tcp.1 = 127.0.0.1:{port}
            handshake_timeout = 300000
            log.console = true
            log.console.level = info
            log.file = false
            """);
        await File.WriteAllTextAsync(_directory["enabled_plugins"], "[].\n");

        _server = ChildProcess.Start("/usr/lib/rabbitmq/bin/rabbitmq-server", [], new Dictionary<string, string>
        {
            ["HOME"] = _directory.Path,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{portMapperPort}",
            ["RABBITMQ_NODENAME"] = $"baton-{port}@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
            ["RABBITMQ_CONF_ENV_FILE"] = _directory["none"],
            ["RABBITMQ_CONFIG_FILE"] = _directory["rabbitmq.conf"],
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _directory["enabled_plugins"],
            ["RABBITMQ_MNESIA_BASE"] = _directory["mnesia"],
            ["RABBITMQ_LOG_BASE"] = _directory["log"],
            ["RABBITMQ_PID_FILE"] = _directory["pid"],
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
            // The script then becomes the server instead of waiting beside it: one process, one id to kill.
            ["RUNNING_UNDER_SYSTEMD"] = "true",
        }, _directory.Path);
        await _server.WaitForLineAsync(line => line.Contains("Server startup complete", StringComparison.Ordinal));
    }
}
