using Baton.Processor.Configuration;
using Baton.Processor.Tests.House;
using YamlDotNet.RepresentationModel;

namespace Baton.Processor.Tests.Examples;

/// <summary>The examples are complete, and fit together.</summary>
public sealed class ExamplesTests
{
    private static readonly string Folder = Repository.PathOf("config/examples");

    public static TheoryData<string> Configurations => [.. Files("baton.yaml"), "../container.yaml"];

    public static TheoryData<string> Collectors => [.. Files("collector*.yaml")];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_configuration_of_Baton_has_no_fault(string file) =>
        Assert.Empty(BatonConfiguration.Load([Path.Combine(Folder, file)], [], _ => null).Faults);

    [Theory]
    [MemberData(nameof(Collectors))]
    public void A_Collectors_pipelines_name_what_is_configured_and_all_of_it(string file)
    {
        var collector = Yaml.Read(Path.Combine(Folder, file));
        var pipelines = collector.At("service", "pipelines");
        Assert.NotEmpty(pipelines.Keys());

        foreach (var kind in new[] { "receivers", "processors", "exporters" })
            Assert.Equal(collector.At(kind).Keys().Order(), pipelines.Keys().SelectMany(name => pipelines.At(name, kind).Texts()).Distinct().Order());
        Assert.Equal(collector.At("extensions").Keys(), collector.At("service", "extensions").Texts());
        foreach (var exporter in collector.At("exporters").Keys())
        {
            if (collector.At("exporters", exporter, "sending_queue", "storage") is { } storage)
                Assert.Contains(storage.Text(), collector.At("extensions").Keys());
        }
    }

    [Fact]
    public void What_the_compose_file_mounts_is_there_and_what_it_runs_is_what_the_image_has()
    {
        var compose = Yaml.Read(Path.Combine(Folder, "compose/docker-compose.yaml"));
        foreach (var name in compose.At("services").Keys())
        {
            foreach (var source in compose.At("services", name, "volumes").Texts().Select(mount => mount.Split(':')[0]))
                Assert.True(source[0] == '.' ? Path.Exists(Path.Combine(Folder, "compose", source)) : compose.At("volumes").Keys().Contains(source), source);
        }

        var dockerfile = File.ReadAllText(Repository.PathOf("Dockerfile"));
        var health = compose.At("services", "baton", "healthcheck", "test").Texts().ToArray();
        Assert.Equal("CMD", health[0]);
        Assert.Contains($"ENTRYPOINT [\"{health[1]}\"]", dockerfile, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Folder, "compose", compose.At("services", "baton", "build").Text(), "Dockerfile")));
        Assert.Equal("baton:4317", Yaml.Read(Path.Combine(Folder, "compose/collector.yaml")).At("exporters", "otlp/baton", "endpoint").Text());
    }

    [Fact]
    public void The_load_balancer_knows_every_instance_of_the_chart_by_name()
    {
        var values = Yaml.Read(Path.Combine(Folder, "load-balancing/values.yaml"));
        var collector = Yaml.Read(Path.Combine(Folder, "load-balancing/collector.yaml"));

        Assert.Equal(
            Enumerable.Range(0, int.Parse(values.At("replicas").Text(), System.Globalization.CultureInfo.InvariantCulture))
                .Select(i => $"baton-{i}.baton-headless.observability.svc.cluster.local:4317"),
            collector.At("exporters", "loadbalancing", "resolver", "static", "hostnames").Texts());
        Assert.Equal("traceID", collector.At("exporters", "loadbalancing", "routing_key").Text());
    }

    [Fact]
    public void Senders_keep_what_was_not_taken_as_long_as_Baton_expects()
    {
        var expected = BatonConfiguration.Load([], [], _ => null).Options!.Continuity;
        foreach (var file in Collectors.Select(row => (string)row.Data))
        {
            foreach (var exporter in Exporters(Yaml.Read(Path.Combine(Folder, file))).Where(exporter => exporter.At("retry_on_failure", "max_elapsed_time") is not null))
            {
                Assert.Equal(expected.SenderRetry, Duration(exporter.At("retry_on_failure", "max_elapsed_time")));
                Assert.Equal(expected.Settle, Duration(exporter.At("retry_on_failure", "max_interval")));
            }
        }

        static IEnumerable<YamlNode?> Exporters(YamlNode collector) => collector.At("exporters").Keys()
            .SelectMany(name => new[] { collector.At("exporters", name), collector.At("exporters", name, "protocol", "otlp") });
        static TimeSpan Duration(YamlNode? text) => GoDuration.TryParse(text.Text(), out var duration) ? duration : throw new FormatException(text.Text());
    }

    private static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Folder, pattern, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal);
}
