using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Tests.House;
using Baton.Testing;

namespace Baton.Processor.Tests.Chart;

/// <summary>What the chart makes of `config` and `secrets` is what Baton reads.</summary>
[Collection(ChartGroup.Name)]
public sealed class ChartConfigurationTests(ChartFixture chart) : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_values_Baton_listens_to_the_pods_network_and_keeps_its_data_on_the_volume()
    {
        var options = Load((await chart.RenderAsync("")).Configuration);

        Assert.Equal("", options.Receivers.Otlp.Protocols.Grpc!.Endpoint.Host);
        Assert.Equal("", options.Service.Admin.Endpoint.Host);
        Assert.Equal(ConsoleReach.Loopback, options.Service.Admin.Console);
        Assert.StartsWith("/var/lib/baton/", options.Journal.Directory, StringComparison.Ordinal);
        Assert.StartsWith("/var/lib/baton/", options.State.Directory, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commented_example_is_the_same_as_values_and_as_a_file()
    {
        var example = await File.ReadAllTextAsync(Repository.PathOf("config/baton.yaml"), TestContext.Current.CancellationToken);
        var loopback = example.Replace("127.0.0.1:", "0.0.0.0:", StringComparison.Ordinal);
        var indented = string.Join('\n', loopback.Split('\n').Select(line => $"  {line}"));

        // null takes the chart's own exporter away; everything else of the chart's is given by the example, too.
        var rendering = await chart.RenderAsync("config:\n" + indented.Replace("  exporters:\n", "  exporters:\n    debug: null\n", StringComparison.Ordinal));

        Assert.Null(rendering.Error);
        Assert.Empty(await chart.FaultsAsync(rendering));
        Assert.Equal(EffectiveConfiguration.Of(Load(loopback)), EffectiveConfiguration.Of(Load(rendering.Configuration)));
    }

    [Fact]
    public async Task Numbers_stay_numbers()
    {
        var options = Load((await chart.RenderAsync("""
            config:
              journal: { max_size: 10737418240 }
              state: { memory: 1073741824 }
              continuity: { relays: [{ name: a, produce: 'span.name == "a"', deadlines: { max_job_duration: 1m, factor: 1.25 } }] }
            """)).Configuration);

        Assert.Equal(10737418240, options.Journal.MaxSize.Bytes);
        Assert.Equal(1.25, Assert.Single(options.Continuity.Relays).Deadlines.Factor);
    }

    [Fact]
    public async Task Secrets_become_certificates_and_tokens_of_both_receivers()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Issue("baton");
        var tls = Directory.CreateDirectory(_directory["tls"]).FullName;
        File.Copy(certificate, Path.Combine(tls, "tls.crt"));
        File.Copy(key, Path.Combine(tls, "tls.key"));
        File.Copy(certificates.AuthorityFile, Path.Combine(tls, "ca.crt"));
        await File.WriteAllTextAsync(_directory["token"], "token-of-some-length\n", TestContext.Current.CancellationToken);

        var rendering = await chart.RenderAsync("secrets: { receiverTls: { name: cert, clientCa: true }, bearerTokens: { name: senders, key: token } }");

        Assert.Empty(await chart.FaultsAsync(rendering));
        var mounts = rendering.Container["volumeMounts"]!.AsArray().ToDictionary(mount => mount!["name"]!.ToString(), mount => mount!["mountPath"]!.ToString());
        var options = Load(rendering.Configuration
            .Replace(mounts["receiver-tls"], tls, StringComparison.Ordinal).Replace(mounts["bearer-tokens"], _directory.Path, StringComparison.Ordinal));
        var protocols = options.Receivers.Otlp.Protocols;
        Assert.All([protocols.Grpc!.Tls, protocols.Http!.Tls], server =>
        {
            Assert.Equal(Path.Combine(tls, "tls.crt"), server!.CertFile);
            Assert.Equal(Path.Combine(tls, "ca.crt"), server.ClientCaFile);
        });
        Assert.Equal(_directory["token"], options.Receivers.Otlp.Auth!.BearerTokenFile);
        Assert.Equal(["cert", "senders"], rendering.Pod["volumes"]!.AsArray().Select(volume => volume!["secret"]?["secretName"]?.ToString()).OfType<string>());
    }

    [Fact]
    public async Task What_config_itself_says_of_TLS_wins()
    {
        var rendering = await chart.RenderAsync("""
            config: { receivers: { otlp: { protocols: { grpc: { tls: { cert_file: /own/cert.pem } } } } } }
            secrets: { receiverTls: { name: cert } }
            """);

        Assert.Contains("cert_file: /own/cert.pem", rendering.Configuration, StringComparison.Ordinal);
        Assert.Contains("cert_file: /etc/baton-tls/tls.crt", rendering.Configuration, StringComparison.Ordinal);
        Assert.DoesNotContain("client_ca_file", rendering.Configuration, StringComparison.Ordinal);
    }

    private BatonOptions Load(string yaml)
    {
        File.WriteAllText(_directory["baton.yaml"], yaml);
        var (options, faults) = BatonConfiguration.Load([_directory["baton.yaml"]], [], _ => null);
        Assert.Empty(faults);
        return options!;
    }
}
