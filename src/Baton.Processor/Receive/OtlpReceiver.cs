using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Baton.Processor.Receive;

/// <summary>Takes OTLP over gRPC and HTTP, and hands each request to the <see cref="Intake"/>.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const string GrpcKey = "receivers.otlp.protocols.grpc";
    private const string HttpKey = "receivers.otlp.protocols.http";
    private const string TokensKey = "receivers.otlp.auth.bearer_token_file";

    private readonly ReceiverSettings _settings;
    private readonly Intake _intake;
    private readonly PipelineMetrics _metrics;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly List<OtlpServer> _servers = [];
    private readonly List<ServerTls> _tls = [];
    private ReloadedFiles<BearerTokens>? _tokens;

    /// <param name="settings">Where to listen, and the limits.</param>
    /// <param name="intake">Takes the requests.</param>
    /// <param name="metrics">Counts them.</param>
    /// <param name="loggers">Where the servers' own warnings go.</param>
    /// <param name="time">Tells stalled senders, and the time to stop in.</param>
    public OtlpReceiver(ReceiverSettings settings, Intake intake, PipelineMetrics metrics, ILoggerFactory loggers, TimeProvider time)
    {
        _settings = settings;
        _intake = intake;
        _metrics = metrics;
        _loggers = loggers;
        _time = time;
        Admission = new Admission(settings.MaxInFlightBytes);
        Stalls = new StallWatch(settings.StallPeriod, settings.MinBytesPerSecond, time);
    }

    /// <summary>The bound port of OTLP/gRPC; 0 where there is none.</summary>
    public int GrpcPort { get; private set; }

    /// <summary>The bound port of OTLP/HTTP; 0 where there is none.</summary>
    public int HttpPort { get; private set; }

    /// <summary>What is in flight.</summary>
    internal Admission Admission { get; }

    /// <summary>The bodies that are still arriving.</summary>
    internal StallWatch Stalls { get; }

    /// <summary>Begins to listen. Requests may come before it returns.</summary>
    /// <exception cref="StartupException">An address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_settings.BearerTokenFile is { } file)
            _tokens = new ReloadedFiles<BearerTokens>(TokensKey, [file], () => BearerTokens.Read(file), _time, _loggers.CreateLogger("receive"));
        if (_settings.Grpc is { } grpc)
        {
            var export = new GrpcExport(_intake, Admission, Transport.Grpc(_settings, _metrics), () => _tokens?.Current);
            GrpcPort = await ListenAsync(grpc, GrpcKey, HttpProtocols.Http2, _settings.GrpcTls, export.HandleAsync, cancellation);
        }
        if (_settings.Http is { } http)
        {
            var cors = _settings.Cors is { } pages ? new Cors(pages, _loggers) : null;
            var export = new HttpExport(_intake, Admission, Transport.Http(_settings, _metrics), () => _tokens?.Current, cors);
            HttpPort = await ListenAsync(http, HttpKey, HttpProtocols.Http1, _settings.HttpTls, export.HandleAsync, cancellation);
        }
    }

    /// <summary>Looks whether certificates or tokens have changed, without waiting for the next look.</summary>
    public void Reload()
    {
        _tokens?.Look();
        _tls.ForEach(tls => tls.Look());
    }

    /// <summary>
    /// Refuses new requests retryably, answers those in flight, and cuts the connections that are not done within <paramref name="drain"/>.
    /// </summary>
    public async Task StopAsync(TimeSpan drain)
    {
        Admission.Stop();
        using var limit = new CancellationTokenSource(drain, _time);
        await Task.WhenAll(_servers.Select(server => server.StopAsync(limit.Token)));
    }

    /// <summary>Cuts what is still connected, and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        foreach (var server in _servers)
            await server.DisposeAsync();
        _tls.ForEach(tls => tls.Dispose());
        _tokens?.Dispose();
        Stalls.Dispose();
    }

    private async Task<int> ListenAsync(
        ListenAddress endpoint, string key, HttpProtocols protocols, TlsServerOptions? security, Func<Exchange, Task> handle, CancellationToken cancellation)
    {
        var tls = security is null ? null : new ServerTls(security, $"{key}.tls", _time, _loggers.CreateLogger("receive"));
        if (tls is not null)
            _tls.Add(tls);
        var server = await OtlpServer.StartAsync(
            endpoint, $"{key}.endpoint", protocols, tls, _settings.MaxConcurrentStreams, () => new Exchange(Admission, Stalls), handle, _loggers, cancellation);
        _servers.Add(server);
        return server.Port;
    }
}
