using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Baton.Processor.Receive;

/// <summary>Lets pages of the configured origins send from a browser (Fetch standard, "CORS protocol").</summary>
internal sealed class Cors
{
    private readonly CorsService _service;
    private readonly CorsPolicy _policy;

    /// <param name="options">Which pages.</param>
    /// <param name="loggers">Where refused origins are told, at the level debug.</param>
    public Cors(Configuration.Options.CorsOptions options, ILoggerFactory loggers)
    {
        _service = new CorsService(Options.Create(new CorsOptions()), loggers);
        _policy = new CorsPolicyBuilder()
            .WithOrigins([.. options.AllowedOrigins])
            .SetIsOriginAllowedToAllowWildcardSubdomains()
            .WithMethods(HttpMethods.Post)
            .WithHeaders(["content-type", "content-encoding", .. options.AllowedHeaders])
            .SetPreflightMaxAge(options.MaxAge)
            .Build();
    }

    /// <summary>Adds the headers that a browser looks for; true for a preflight request, which is answered with that.</summary>
    public bool Answers(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count == 0)
            return false;
        var result = _service.EvaluatePolicy(context, _policy);
        _service.ApplyResult(result, context.Response);
        if (result.IsPreflightRequest)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        return result.IsPreflightRequest;
    }
}
