using System.Globalization;

namespace Baton.Processor.Configuration;

/// <summary>Where an exporter sends: <c>host:port</c>, or a URL whose scheme decides on TLS, as the Collector has it.</summary>
/// <param name="Host">A name or an address, IPv6 without brackets.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c> where the endpoint was written with one; else null, and <c>tls.insecure</c>
/// decides.</param>
internal readonly record struct TargetAddress(string Host, int Port, string? Scheme)
{
    /// <summary>What a well-formed target looks like, for messages.</summary>
    public const string Form = "host:port or http(s)://host:port, e.g. tempo:4317 or https://otlp.example.com:4317";

    /// <summary>Parses <see cref="Form"/>. A user name, a path or a query is refused: none would be used.</summary>
    public static bool TryParse(string text, out TargetAddress target)
    {
        target = default;
        string? scheme = null;
        foreach (var known in new[] { "http", "https" })
        {
            if (text.StartsWith(known + "://", StringComparison.OrdinalIgnoreCase))
                scheme = known;
        }
        var rest = scheme is null ? text : text[(scheme.Length + 3)..].TrimEnd('/');
        if (scheme is not null && !rest[(rest.LastIndexOf(']') + 1)..].Contains(':', StringComparison.Ordinal))
            rest += scheme == "https" ? ":443" : ":80";
        if (!ListenAddress.TryParse(rest, out var address) || address.Host.Length == 0 || address.Port == 0)
            return false;
        target = new TargetAddress(address.Host, address.Port, scheme);
        return true;
    }

    /// <summary>The address to connect to.</summary>
    /// <param name="insecure">Without TLS, where the endpoint names no scheme itself.</param>
    public Uri ToUri(bool insecure) => new($"{Scheme ?? (insecure ? "http" : "https")}://{new ListenAddress(Host, Port)}");

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Scheme is null
        ? new ListenAddress(Host, Port).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{new ListenAddress(Host, Port)}");
}
