using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Baton.Load.Serving;

/// <summary>Kestrel on loopback with one handler and nothing else: no routing, no logging, no middleware.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackServer(WebApplication app, int[] ports)
    {
        _app = app;
        Ports = ports;
    }

    /// <summary>The bound ports, in the order of the listeners that were asked for.</summary>
    public IReadOnlyList<int> Ports { get; }

    /// <summary>Port 0 takes any free one.</summary>
    public static async Task<LoopbackServer> StartAsync(
        IReadOnlyList<(int Port, HttpProtocols Protocols)> listeners, RequestDelegate handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            foreach (var (port, protocols) in listeners) kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols);
        });
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new LoopbackServer(app, [.. addresses.Select(address => new Uri(address).Port)]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
