using System.Net;
using System.Text.Json;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.WebConsole;

/// <summary>
/// The console, for reading only: the page at <c>/</c>, its files below <c>/console/</c>, the present at <c>/v1/console</c> and the last hour at
/// <c>/v1/console/series</c>. Safe for any number of threads.
/// </summary>
/// <param name="read">The present. Any thread.</param>
/// <param name="series">The last hour.</param>
/// <param name="broken">The broken handoffs.</param>
/// <param name="reach">To whom it answers.</param>
internal sealed class ConsoleEndpoint(Func<ConsoleState> read, ConsoleSeries series, BrokenHandoffs broken, ConsoleReach reach = ConsoleReach.Loopback)
{
    // Nothing inline, nothing from elsewhere, nothing that makes markup of a text, and no frame around it.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private readonly PageFiles _files = PageFiles.Load();

    /// <summary>Adds its paths.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Guarded(context => SendAsync(context, "index.html")));
        routes.MapGet("/console/{file}", Guarded(context => SendAsync(context, (string)context.Request.RouteValues["file"]!)));
        routes.MapGet("/v1/console", Guarded(context => SendAsync(context, json => ConsoleJson.Write(json, read(), series, broken))));
        routes.MapGet("/v1/console/series", Guarded(context => SendAsync(context, json => SeriesJson.Write(json, series))));
    }

    /// <summary>
    /// Whether a request was meant for here. A page of somebody else's can have a browser resolve that page's own name to 127.0.0.1, and read what
    /// answers there; the name in Host gives it away.
    /// </summary>
    internal static bool IsMeant(HostString host, IPAddress? local) =>
        local is null || !IPAddress.IsLoopback(local) || host.Host is "" or "localhost" || IPAddress.TryParse(host.Host.Trim('[', ']'), out _);

    /// <summary>Whether a connection that arrived at an address is answered.</summary>
    internal static bool IsReached(ConsoleReach reach, IPAddress? local) => reach == ConsoleReach.Everywhere || local is null
        // A socket for both families has IPv4's addresses mapped.
        || IPAddress.IsLoopback(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local);

    private RequestDelegate Guarded(RequestDelegate answer) => context =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!IsReached(reach, context.Connection.LocalIpAddress))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync(
                "The console answers on loopback alone: come by a tunnel or kubectl port-forward, or set service.admin.console to everywhere.\n", context.RequestAborted);
        }
        if (IsMeant(context.Request.Host, context.Connection.LocalIpAddress))
            return answer(context);
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsync("Ask by an address or as localhost: Baton listens on loopback, and other names are not known to it.\n", context.RequestAborted);
    };

    private async Task SendAsync(HttpContext context, string name)
    {
        if (_files.Find(name) is not { } file)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ETag = file.ETag;
        if (context.Request.Headers.IfNoneMatch == file.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Content.Length;
        await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
            write(json);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }
}
