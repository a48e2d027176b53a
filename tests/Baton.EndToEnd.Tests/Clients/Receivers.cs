using Baton.Testing;
using Baton.Testing.Processes;
using Baton.Testing.Sink;

namespace Baton.EndToEnd.Tests.Clients;

/// <summary>What a receiver asks of its senders.</summary>
public enum Security
{
    /// <summary>Nothing, in plain text.</summary>
    Plain,

    /// <summary>A token, over TLS.</summary>
    Token,

    /// <summary>A certificate (mTLS).</summary>
    Certificate,
}

/// <summary>The real baton three times, one of each security, before one sink; and the JavaScript client. Shared by the tests of a class.</summary>
public sealed class Receivers : IAsyncLifetime
{
    /// <summary>Taken; of two in the file, as during a rotation.</summary>
    public const string Token = "taken-7b1f03c5";

    private readonly TempDirectory _directory = new();
    private readonly TestCertificates _strangers = new();
    private readonly Dictionary<Security, BatonProcess> _batons = [];

    internal RecordingSink Sink { get; private set; } = null!;

    internal NodeClient Node { get; private set; } = null!;

    internal TestCertificates Certificates { get; } = new();

    /// <summary>A certificate that the receivers have no reason to trust.</summary>
    internal (string CertFile, string KeyFile) Stranger { get; private set; }

    internal BatonProcess Baton(Security security) => _batons[security];

    public async ValueTask InitializeAsync()
    {
        Stranger = _strangers.Issue("stranger");
        var (cert, key) = Certificates.Issue("baton");
        await File.WriteAllTextAsync(_directory["tokens"], $"another-91aa\n{Token}\n");
        string[] Tls(string protocol, bool mutual) =>
        [
            $"receivers.otlp.protocols.{protocol}.tls.cert_file={cert}", $"receivers.otlp.protocols.{protocol}.tls.key_file={key}",
            .. mutual ? [$"receivers.otlp.protocols.{protocol}.tls.client_ca_file={Certificates.AuthorityFile}"] : Array.Empty<string>(),
        ];
        Sink = await RecordingSink.StartAsync();
        Node = new NodeClient();
        await Task.WhenAll(
            StartAsync(Security.Plain),
            StartAsync(Security.Token, [.. Tls("grpc", false), .. Tls("http", false), $"receivers.otlp.auth.bearer_token_file={_directory["tokens"]}"]),
            StartAsync(Security.Certificate, [.. Tls("grpc", true), .. Tls("http", true)]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var baton in _batons.Values)
            await baton.DisposeAsync();
        if (Node is not null)
            await Node.DisposeAsync();
        if (Sink is not null)
            await Sink.DisposeAsync();
        Certificates.Dispose();
        _strangers.Dispose();
        _directory.Dispose();
    }

    private async Task StartAsync(Security security, params string[] settings)
    {
        var baton = await BatonProcess.StartAsync($$"""
            exporters:
              otlp/sink: { endpoint: {{Sink.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
            routing: { default: [otlp/sink] }
            """, arguments: [.. settings.Append("service.telemetry.logs.level=debug").SelectMany(setting => (string[])["--set", setting])]);
        lock (_batons)
            _batons.Add(security, baton);
    }
}
