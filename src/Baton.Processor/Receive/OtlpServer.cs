using Baton.Processor.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Baton.Processor.Receive;

/// <summary>
/// Kestrel on one endpoint, with a handler directly on it: no hosting layer, middleware or routing per request. Each transport has its own,
/// so that each can be configured, fail to bind and be told so by itself.
/// </summary>
internal sealed class OtlpServer : IHttpApplication<Exchange>, IAsyncDisposable
{
    // An idle connection costs a few KiB; more senders than this stand behind Collectors or a balancer. What is over it is closed at once.
    private const int MaxConnections = 10_000;

    private readonly WebApplication _container;
    private readonly IServer _server;
    private readonly Func<Exchange> _create;
    private readonly Func<Exchange, Task> _handle;

    private OtlpServer(WebApplication container, Func<Exchange> create, Func<Exchange, Task> handle)
    {
        // Never run as an application: it only builds and owns what Kestrel needs, TLS included.
        _container = container;
        _server = container.Services.GetRequiredService<IServer>();
        _create = create;
        _handle = handle;
    }

    /// <summary>The bound port.</summary>
    public int Port { get; private set; }

    /// <summary>Begins to listen.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="key">The option it comes from, for messages.</param>
    /// <param name="protocols">HTTP/2 for gRPC (without TLS, by prior knowledge), HTTP/1.1 else.</param>
    /// <param name="tls">Transport security; null: plain text.</param>
    /// <param name="maxStreams">Requests at the same time on one HTTP/2 connection.</param>
    /// <param name="create">Makes an exchange, which is then kept with its connection or stream.</param>
    /// <param name="handle">Answers a request.</param>
    /// <param name="loggers">Where Kestrel's own warnings go.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">The address cannot be listened on.</exception>
    public static async Task<OtlpServer> StartAsync(
        ListenAddress endpoint, string key, HttpProtocols protocols, ServerTls? tls, int maxStreams, Func<Exchange> create, Func<Exchange, Task> handle,
        ILoggerFactory loggers, CancellationToken cancellation)
    {
        // The empty builder reads no appsettings.json and no ASPNETCORE_* variables: Baton has one configuration.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.WaitForDataBeforeAllocatingBuffer = false).UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.Http2.MaxStreamsPerConnection = maxStreams;
            // Sizes and stalls are this receiver's own: counted after decompression, and per body and period (StallWatch).
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ListenOn(endpoint, key, listen =>
            {
                listen.Protocols = protocols;
                tls?.Configure(listen);
            });
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(ReceiveMemory.Shared);
        var server = new OtlpServer(builder.Build(), create, handle);
        try
        {
            await server._server.StartAsync(server, cancellation);
        }
        catch (IOException e)
        {
            await server.DisposeAsync();
            throw KestrelListening.CannotListen(endpoint, key, e);
        }
        server.Port = new Uri(server._server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;
        return server;
    }

    /// <summary>
    /// Stops listening, tells senders to go elsewhere (GOAWAY; Connection: close), answers the requests in flight,
    /// and cuts those that are not answered when <paramref name="limit"/> is cancelled.
    /// </summary>
    public Task StopAsync(CancellationToken limit) => _server.StopAsync(limit);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _container.DisposeAsync();

    Exchange IHttpApplication<Exchange>.CreateContext(IFeatureCollection contextFeatures)
    {
        var exchange = contextFeatures is IHostContextContainer<Exchange> stream ? stream.HostContext ??= _create() : _create();
        exchange.Begin(contextFeatures);
        return exchange;
    }

    Task IHttpApplication<Exchange>.ProcessRequestAsync(Exchange context) => _handle(context);

    void IHttpApplication<Exchange>.DisposeContext(Exchange context, Exception? exception) => context.End();
}
