using Baton.Processor.Configuration;
using Baton.Processor.WebConsole;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>
/// The listener for people and probes, apart from the data's ports: <c>/metrics</c> (Prometheus text, or OpenMetrics with
/// exemplars where the scraper asks for it), <c>/healthz</c> (the process answers), <c>/readyz</c> (it takes data: 200, else 503 with the
/// reason), <c>/v1/backpressure</c> (<see cref="BackpressureEndpoint"/>), and the console (<see cref="ConsoleEndpoint"/>).
/// </summary>
internal sealed class AdminEndpoint : IAsyncDisposable
{
    // A scrape or a probe is a small GET. Anything larger is not meant for this port.
    private const int MaxConcurrentConnections = 100;
    private const string Key = "service.admin.endpoint";

    private readonly WebApplication _application;

    private AdminEndpoint(WebApplication application)
    {
        _application = application;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Where it listens; with the port that the system chose if the configured one is 0.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="endpoint">Where; <c>service.admin.endpoint</c>.</param>
    /// <param name="instruments">What /metrics exports.</param>
    /// <param name="whyNotReady">Null when Baton takes data; else the reason that /readyz answers. Called per probe, from any
    /// thread.</param>
    /// <param name="loggers">Where the listener's own warnings go.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <param name="backpressure">Answers /v1/backpressure.</param>
    /// <param name="console">Answers / and what belongs to it.</param>
    /// <exception cref="StartupException">The address cannot be listened on.</exception>
    public static async Task<AdminEndpoint> StartAsync(
        ListenAddress endpoint, Instruments instruments, Func<string?> whyNotReady, ILoggerFactory loggers, CancellationToken cancellation,
        BackpressureEndpoint? backpressure = null, ConsoleEndpoint? console = null)
    {
        // The empty builder reads no appsettings.json and no ASPNETCORE_* variables: Baton has one configuration.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConcurrentConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.ListenOn(endpoint, Key, listen => listen.Protocols = HttpProtocols.Http1);
        });

        var application = builder.Build();
        application.UseRouting();
        application.MapMetrics(settings => settings.Registry = instruments.Registry);
        application.MapGet("/healthz", (RequestDelegate)(context => AnswerAsync(context, StatusCodes.Status200OK, "ok")));
        application.MapGet("/readyz", (RequestDelegate)(context => whyNotReady() is { } reason
            ? AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, reason)
            : AnswerAsync(context, StatusCodes.Status200OK, "ready")));
        if (backpressure is not null)
            application.MapGet("/v1/backpressure", (RequestDelegate)backpressure.AnswerAsync);
        console?.Map(application);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw KestrelListening.CannotListen(endpoint, Key, e);
        }
        return new AdminEndpoint(application);
    }

    /// <summary>Stops to listen; requests in flight are answered first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
