using System.Globalization;
using System.Net;

namespace Baton.Processor.Configuration;

/// <summary>
/// <c>host:port</c>, as the Collector writes it: an IPv4 address, an IPv6 address in brackets, <c>localhost</c>, a name to be resolved at
/// start, or nothing for every address (<c>:4317</c>). Port 0 asks the system for a free one.
/// </summary>
/// <param name="Host">Without brackets; empty means every address.</param>
/// <param name="Port">0 to 65535.</param>
internal readonly record struct ListenAddress(string Host, int Port)
{
    /// <summary>What a well-formed endpoint looks like, for messages.</summary>
    public const string Form = "host:port, e.g. 127.0.0.1:4317, 0.0.0.0:4317, localhost:4317 or [::1]:4317";

    /// <summary>Parses <see cref="Form"/>; false when it is anything else, a URL for example.</summary>
    public static bool TryParse(string text, out ListenAddress endpoint)
    {
        endpoint = default;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out _))
                return false;
        }
        else if (host.Length > 0 && Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.IPv6)
        {
            return false;
        }

        endpoint = new ListenAddress(host, port);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
