using System.Security.Authentication;

namespace Baton.Processor.Configuration;

/// <summary>A version of TLS, as a configuration names it: <c>1.2</c> or <c>1.3</c>.</summary>
internal readonly record struct TlsVersion
{
    private readonly bool _only13;

    private TlsVersion(bool only13) => _only13 = only13;

    /// <summary>This version and those after it.</summary>
    public SslProtocols AndNewer => _only13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Parses one; false where it is none that is spoken.</summary>
    public static bool TryParse(string text, out TlsVersion version)
    {
        version = new TlsVersion(text == "1.3");
        return text is "1.2" or "1.3";
    }

    /// <summary>Parses one that is known to be right.</summary>
    public static TlsVersion Parse(string text) => TryParse(text, out var version) ? version : throw new FormatException($"{text} is not a version of TLS.");

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => _only13 ? "1.3" : "1.2";
}
