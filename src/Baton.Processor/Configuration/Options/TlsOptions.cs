using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>Transport security of an exporter.</summary>
internal sealed record TlsClientOptions
{
    /// <summary>Send without TLS. Only where the endpoint names no scheme itself.</summary>
    /// <remarks>Off, as in the Collector: plain text is a choice to be made.</remarks>
    [Option]
    public bool Insecure { get; init; }

    /// <summary>Encrypt, but do not ask who the server is. For tests: whoever is in between can read everything.</summary>
    /// <remarks>Off, as in the Collector: a certificate that does not prove anything is an error.</remarks>
    [Option]
    public bool InsecureSkipVerify { get; init; }

    /// <summary>A PEM file with the authorities that may have signed the server's certificate; not given: those of the system.</summary>
    [Option]
    public string? CaFile { get; init; }

    /// <summary>A PEM file with Baton's own certificate and its chain, for servers that ask for one (mTLS).</summary>
    [Option]
    public string? CertFile { get; init; }

    /// <summary>A PEM file with the key of <c>cert_file</c>, not encrypted.</summary>
    [Option]
    public string? KeyFile { get; init; }

    /// <summary>The name that the server's certificate must be for, where it is not the endpoint's host.</summary>
    [Option]
    public string? ServerNameOverride { get; init; }

    /// <summary>The oldest version of TLS that is spoken.</summary>
    /// <remarks>The Collector's. Older ones are broken (RFC 8996).</remarks>
    [Option]
    public TlsVersion MinVersion { get; init; } = TlsVersion.Parse("1.2");
}

/// <summary>Transport security of a receiver.</summary>
internal sealed record TlsServerOptions
{
    /// <summary>A PEM file with the certificate, and behind it the chain up to the authority. It is read again when it changes.</summary>
    [Option(Required = "name the PEM file of the certificate")]
    public string CertFile { get; init; } = "";

    /// <summary>A PEM file with the key of <c>cert_file</c>, not encrypted.</summary>
    [Option(Required = "name the PEM file of the key")]
    public string KeyFile { get; init; } = "";

    /// <summary>A PEM file with the authorities that sign clients' certificates. Where it is given, a client must have one (mTLS).</summary>
    [Option]
    public string? ClientCaFile { get; init; }

    /// <summary>The oldest version of TLS that is spoken.</summary>
    /// <remarks>The Collector's. Older ones are broken (RFC 8996).</remarks>
    [Option]
    public TlsVersion MinVersion { get; init; } = TlsVersion.Parse("1.2");
}
