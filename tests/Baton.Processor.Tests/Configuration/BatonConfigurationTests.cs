using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Testing;

namespace Baton.Processor.Tests.Configuration;

public sealed class BatonConfigurationTests : IDisposable
{
    private const string Minimal = "exporters: { debug: }\nrouting: { default: [debug] }\n";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Without_a_file_the_built_in_defaults_listen_on_loopback_and_write_to_debug()
    {
        var options = Options(BatonConfiguration.Load([], [], NoVariables));

        Assert.Equal(new ListenAddress("127.0.0.1", 4317), options.Receivers.Otlp.Protocols.Grpc?.Endpoint);
        Assert.Equal(new ListenAddress("127.0.0.1", 4318), options.Receivers.Otlp.Protocols.Http?.Endpoint);
        Assert.Equal(["debug"], options.Routing.Default);
        Assert.IsType<DebugExporterOptions>(options.Exporters["debug"]);
        Assert.True(options.Continuity.CallbackRelay.Enabled && options.Continuity.DefaultRelay.Enabled);
        Assert.Equal("./data/journal", options.Journal.Directory);
    }

    [Fact]
    public void The_commented_example_is_valid_and_says_what_the_defaults_are()
    {
        var example = Options(BatonConfiguration.Load([House.Repository.PathOf("config/baton.yaml")], [], NoVariables));
        var defaults = new BatonOptions();

        var expected = defaults with
        {
            Exporters = example.Exporters,
            Routing = example.Routing,
            Continuity = defaults.Continuity with { Relays = example.Continuity.Relays },
        };
        Assert.Equal(EffectiveConfiguration.Of(expected), EffectiveConfiguration.Of(example));
        var exporter = Assert.IsType<OtlpExporterOptions>(example.Exporters["otlp/tempo"]);
        var untold = new OtlpExporterOptions { Endpoint = exporter.Endpoint, Tls = exporter.Tls };
        Assert.Equal(untold with { Headers = exporter.Headers }, exporter);
    }

    [Fact]
    public void A_file_that_lists_protocols_turns_on_those_and_no_others()
    {
        var grpcOnly = Options(Load(Minimal + "receivers: { otlp: { protocols: { grpc: } } }\n"));
        var untold = Options(Load(Minimal));

        Assert.NotNull(grpcOnly.Receivers.Otlp.Protocols.Grpc);
        Assert.Null(grpcOnly.Receivers.Otlp.Protocols.Http);
        Assert.NotNull(untold.Receivers.Otlp.Protocols.Http);
    }

    [Fact]
    public void Later_files_and_settings_merge_maps_and_replace_lists_and_values()
    {
        var first = Write("first.yaml", """
            exporters: { debug: , otlp/a: { endpoint: "a:4317", timeout: 1s } }
            routing: { default: [debug, otlp/a] }
            journal: { max_size: 1GiB, durability: disk }
            """);
        var second = Write("second.yaml", """
            exporters: { otlp/a: { timeout: 2s }, otlp/b: { endpoint: "b:4317" } }
            routing: { default: [otlp/b] }
            journal:
            """);

        var options = Options(BatonConfiguration.Load(
            [first, second], ["journal.max_size=3GiB", "exporters.otlp/a.headers={x: y}", "routing.default=[otlp/a, otlp/b]"], NoVariables));

        var a = Assert.IsType<OtlpExporterOptions>(options.Exporters["otlp/a"]);
        Assert.Equal(new TargetAddress("a", 4317, null), a.Endpoint);
        Assert.Equal(TimeSpan.FromSeconds(2), a.Timeout);
        Assert.Equal("y", a.Headers["x"].Reveal());
        Assert.Equal(["otlp/a", "otlp/b"], options.Routing.Default);
        Assert.Equal(ByteSize.GiB(3), options.Journal.MaxSize);
        Assert.Equal(JournalDurability.Disk, options.Journal.Durability);
    }

    [Fact]
    public void Faults_of_several_sources_come_in_the_order_of_the_command_line_and_each_names_its_source()
    {
        var first = Write("first.yaml", Minimal + "journal: { max_size: lots }\n");
        var second = Write("second.yaml", "state: { memory: 1 }\ncontinuity: { export_lag: 10 }\n");

        var faults = BatonConfiguration.Load([first, second], ["service.telemetry.logs.level=loud", "nonsense", "a..b=1"], NoVariables).Faults;
        var bound = BatonConfiguration.Load([first, second], ["service.telemetry.logs.level=loud"], NoVariables).Faults;

        Assert.Equal(
            [
                "--set nonsense: is not key=value; write the path of an option, e.g. --set journal.max_size=20GiB",
                "--set a..b: is not key=value; write the path of an option, e.g. --set journal.max_size=20GiB",
            ],
            faults.Select(fault => fault.ToString()));
        Assert.Equal(
            ["journal.max_size"],
            BatonConfiguration.Load([], ["journal.max_size=${env:NOT_SET}"], NoVariables).Faults.Select(fault => fault.Path));
        Assert.Equal(
            [$"{first}:3", $"{second}:1", $"{second}:2", "--set service.telemetry.logs.level:1"],
            bound.Select(fault => $"{fault.At.Source}:{fault.At.Line}"));
    }

    [Fact]
    public void Files_that_cannot_be_read_are_all_told()
    {
        var missing = Path.Combine(_directory.Path, "missing.yaml");
        var binary = Path.Combine(_directory.Path, "binary.yaml");
        File.WriteAllBytes(binary, [0xff, 0xfe, 0x00]);

        var faults = BatonConfiguration.Load([missing, _directory.Path, binary], [], NoVariables).Faults;

        Assert.Equal(3, faults.Count);
        Assert.StartsWith($"{missing}: cannot be read: ", faults[0].ToString(), StringComparison.Ordinal);
        Assert.Equal($"{_directory.Path}: is a directory; name a file", faults[1].ToString());
        Assert.Equal($"{binary}: is not UTF-8 text; save it as UTF-8", faults[2].ToString());
    }

    [Theory]
    [InlineData("${env:SIZE}", "2GiB")]
    [InlineData("${env:NOT_SET:-3GiB}", "3GiB")]
    [InlineData("\"1${env:ZERO}GiB\"", "10GiB")]
    public void Variables_expand_within_values(string written, string expected)
    {
        var options = Options(Load(Minimal + $"journal:\n  max_size: {written}\n", name => name switch { "SIZE" => "2GiB", "ZERO" => "0", _ => null }));

        Assert.Equal(expected, options.Journal.MaxSize.ToString());
    }

    [Fact]
    public void A_variable_that_is_set_and_empty_is_a_value_and_what_it_holds_is_not_expanded_again()
    {
        var options = Options(Load(
            Minimal + "continuity: { spans: { deadline: \"a${env:EMPTY:-b}$${env:X}$c${env:NESTED}\" } }\n", name => name == "EMPTY" ? "" : "${env:OTHER}"));

        Assert.Equal("a${env:X}$c${env:OTHER}", options.Continuity.Spans.Deadline);
    }

    [Fact]
    public void Anchors_aliases_and_merge_keys_work()
    {
        var relays = Options(Load(Minimal + """
            continuity:
              relays:
                - { name: a, deadlines: &usual { max_job_duration: 9m, factor: 2 } }
                - { name: b, deadlines: *usual }
                - { name: c, deadlines: { <<: *usual, factor: 3 } }
            """)).Continuity.Relays;

        Assert.Equal([2.0, 2.0, 3.0], relays.Select(relay => relay.Deadlines.Factor ?? 0));
        Assert.All(relays, relay => Assert.Equal(TimeSpan.FromMinutes(9), relay.Deadlines.MaxJobDuration));
    }

    [Fact]
    public void Aliases_that_would_grow_without_end_are_refused()
    {
        var bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + string.Concat("bcdefghi".Select(c => $"{c}: &{c} [{string.Join(',', Enumerable.Repeat($"*{(char)(c - 1)}", 10))}]\n"));
        var deep = new string('[', 5000);

        Assert.Contains("more than", Assert.Single(Load(bomb).Faults).Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper", Assert.Single(Load("x: " + deep).Faults).Message, StringComparison.Ordinal);
    }

    private ConfigurationResult Load(string yaml, Func<string, string?>? environment = null) =>
        BatonConfiguration.Load([Write("baton.yaml", yaml)], [], environment ?? NoVariables);

    private string Write(string name, string yaml)
    {
        var path = Path.Combine(_directory.Path, name);
        File.WriteAllText(path, yaml);
        return path;
    }

    private static BatonOptions Options(ConfigurationResult result)
    {
        Assert.Empty(result.Faults.Select(fault => fault.ToString()));
        return result.Options!;
    }

    private static string? NoVariables(string name) => null;
}
