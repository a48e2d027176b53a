using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Testing;

namespace Baton.Processor.Tests.Configuration;

public sealed class EffectiveConfigurationTests
{
    private const string Source = """
        receivers: { otlp: { protocols: { grpc: { endpoint: "[::1]:4317" } } } }
        continuity:
          relays:
            - name: "render: job"
              produce: span.name == "produce.render_job" and span.attributes["price"] != "$$5"
              acknowledge: IsMatch(span.name, "^ack$")
              deadlines: { max_job_duration: 9m, schedule_to_start: 30s }
            - { name: "true", deadlines: { schedule_to_close: 1500ms }, job_id: [job.id, [queue, "a: b"]] }
        exporters:
          otlp/tempo: { endpoint: "tempo:4317", headers: { authorization: Bearer s3cret }, retry_on_failure: { max_elapsed_time: 0 } }
          debug: { verbosity: detailed }
        routing: { default: [otlp/tempo, debug] }
        """;

    [Fact]
    public void It_reads_back_to_the_same_configuration()
    {
        var text = EffectiveConfiguration.Of(Load(Source));

        Assert.Equal(text, EffectiveConfiguration.Of(Load(text)));
    }

    [Fact]
    public void It_shows_defaults_and_masks_secrets()
    {
        var text = EffectiveConfiguration.Of(Load(Source));

        Assert.Contains("\n  max_size: 10GiB\n", text, StringComparison.Ordinal);
        Assert.Contains("\n      authorization: \"***\"\n", text, StringComparison.Ordinal);
        Assert.Contains("\n    - name: \"render: job\"\n      produce: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", text, StringComparison.Ordinal);
    }

    private static BatonOptions Load(string yaml)
    {
        using var directory = new TempDirectory();
        var path = Path.Combine(directory.Path, "baton.yaml");
        File.WriteAllText(path, yaml);
        var result = BatonConfiguration.Load([path], [], _ => null);
        Assert.Empty(result.Faults.Select(fault => fault.ToString()));
        return result.Options!;
    }
}
