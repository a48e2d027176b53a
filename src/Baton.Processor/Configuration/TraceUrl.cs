namespace Baton.Processor.Configuration;

/// <summary>The address of a page that shows a trace, with <c>{trace_id}</c> where its id belongs.</summary>
internal readonly record struct TraceUrl
{
    /// <summary>What a well-formed one looks like, for messages.</summary>
    public const string Form = "a URL with http or https, without user, that has {trace_id} where the trace's id belongs, e.g. https://jaeger.example.com/trace/{trace_id}";

    private const string Place = "{trace_id}";

    private readonly string? _text;

    private TraceUrl(string text) => _text = text;

    /// <summary>Parses <see cref="Form"/>.</summary>
    public static bool TryParse(string text, out TraceUrl url)
    {
        url = default;
        if (!text.Contains(Place, StringComparison.Ordinal)
            || !Uri.TryCreate(text.Replace(Place, "0af7651916cd43dd8448eb211c80319c", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
            return false;
        url = new TraceUrl(text);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => _text ?? "";
}
