using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Testing;

namespace Baton.Processor.Tests.Configuration;

public sealed class ConfigurationChangesTests : IDisposable
{
    private const string Yaml = """
        continuity:
          export_lag: 10s
          relays: [{ name: a, produce: span.name == "a", deadlines: { max_job_duration: 1m } }]
        exporters:
          otlp/x: { endpoint: "x:4317", headers: { authorization: one } }
        routing: { routes: [{ condition: baton.synthesized, exporters: [otlp/x] }], default: [otlp/x] }
        """;

    private readonly TempDirectory _directory = new();

    [Fact]
    public void The_same_text_read_twice_says_the_same() => Assert.Empty(ConfigurationChanges.Between(Load(Yaml), Load(Yaml)));

    [Theory]
    [InlineData("10s", "11s", "continuity.export_lag")]
    [InlineData("max_job_duration: 1m", "max_job_duration: 2m", "continuity.relays")]
    [InlineData("authorization: one", "authorization: two", "exporters")]
    [InlineData("x:4317", "y:4317", "exporters")]
    [InlineData("baton.synthesized", "span.name == \"b\"", "routing.routes")]
    [InlineData("routing:", "journal: { durability: disk }\nrouting:", "journal.durability")]
    [InlineData("routing:", "receivers: { otlp: { protocols: { grpc: {} } } }\nrouting:", "receivers.otlp.protocols.http")]
    public void What_differs_is_named_by_its_key_and_secrets_count(string before, string after, string key) =>
        Assert.Equal([key], ConfigurationChanges.Between(Load(Yaml), Load(Yaml.Replace(before, after, StringComparison.Ordinal))));

    public void Dispose() => _directory.Dispose();

    private BatonOptions Load(string yaml)
    {
        File.WriteAllText(_directory["baton.yaml"], yaml);
        var result = BatonConfiguration.Load([_directory["baton.yaml"]], [], _ => null);
        Assert.Empty(result.Faults);
        return result.Options!;
    }
}
