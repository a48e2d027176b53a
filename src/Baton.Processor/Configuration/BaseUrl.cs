namespace Baton.Processor.Configuration;

/// <summary>The URL below which an OTLP/HTTP backend has its paths.</summary>
internal readonly record struct BaseUrl
{
    /// <summary>What a well-formed one looks like, for messages.</summary>
    public const string Form = "a URL with http or https, without user, query and /v1/traces, e.g. https://otlp.example.com or http://tempo:4318";

    private readonly Uri? _uri;

    private BaseUrl(Uri uri) => _uri = uri;

    /// <summary>The URL itself.</summary>
    /// <exception cref="InvalidOperationException">It is none: the default value.</exception>
    public Uri Uri => _uri ?? throw new InvalidOperationException("No URL was given.");

    /// <summary>Parses <see cref="Form"/>.</summary>
    public static bool TryParse(string text, out BaseUrl url)
    {
        url = default;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return false;
        // Credentials belong into headers, where they are kept secret; what else is refused would not be used.
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return false;
        if (uri.AbsolutePath.TrimEnd('/').EndsWith("/v1/traces", StringComparison.Ordinal))
            return false;
        url = new BaseUrl(uri);
        return true;
    }

    /// <summary>The URL of a path below it, which begins with a slash.</summary>
    public Uri Below(string path) => new(Uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => _uri?.GetLeftPart(UriPartial.Path).TrimEnd('/') ?? "";
}
