using Baton.Processor.Commands;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Testing;
using Microsoft.Extensions.Logging;

namespace Baton.Processor.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private const string Valid = "exporters: { otlp: { endpoint: \"tempo:4317\", headers: { authorization: \"${env:TOKEN}\" } } }\nrouting: { default: [otlp] }\n";

    private readonly TempDirectory _directory = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly CancellationTokenSource _stop = new();
    private BatonOptions? _ran;

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Validate_says_that_there_is_no_fault()
    {
        var file = Write(Valid);

        Assert.Equal(ExitCode.Done, await Invoke("validate", "--config", file));
        Assert.Equal($"{file}: no fault.\n", _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Validate_tells_every_fault_on_the_error_stream_and_ends_with_2()
    {
        var file = Write(Valid + "journal: { max_size: lots, durability: disc }\n");

        Assert.Equal(ExitCode.BadUsage, await Invoke("validate", "--config", file));
        Assert.Empty(_output.ToString());
        Assert.Equal(
            [
                $"{file}:3:22: journal.max_size: \"lots\" is not a size, e.g. 64MiB, 10GiB, or a number of bytes",
                $"{file}:3:40: journal.durability: \"disc\" is not os or disk",
                "2 faults in the configuration.",
                "",
            ],
            _error.ToString().Split('\n'));
    }

    [Fact]
    public async Task Validate_prints_what_is_in_force_and_no_secret()
    {
        Assert.Equal(ExitCode.Done, await Invoke("validate", "--config", Write(Valid), "--print", "--set", "journal.max_size=1GiB"));

        Assert.Contains("\n      authorization: \"***\"\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n  max_size: 1GiB\n", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("")]
    public async Task Run_is_the_default_and_passes_on_the_options(string command)
    {
        string[] arguments = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--config", Write(Valid), "--set", "service.telemetry.logs.level=error"];

        Assert.Equal(ExitCode.Done, await Invoke(arguments));
        Assert.Equal("s3cret", Assert.IsType<OtlpExporterOptions>(_ran?.Exporters["otlp"]).Headers["authorization"].Reveal());
    }

    [Fact]
    public async Task Run_without_a_file_has_the_built_in_defaults()
    {
        Assert.Equal(ExitCode.Done, await Invoke("--set", "service.telemetry.logs.level=error"));
        Assert.Equal(["debug"], _ran?.Routing.Default);
    }

    [Fact]
    public async Task Run_starts_nothing_with_a_fault_in_the_configuration()
    {
        Assert.Equal(ExitCode.BadUsage, await Invoke("run", "--set", "journal.max_size=lots"));
        Assert.Null(_ran);
        Assert.StartsWith("--set journal.max_size:1:1: journal.max_size: \"lots\" is not a size", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graceful_stop_ends_with_0()
    {
        await _stop.CancelAsync();

        Assert.Equal(ExitCode.Done, await Invoke(["--set", "service.telemetry.logs.level=error"], (_, _, _, stop, _) => Task.FromCanceled(stop)));
    }

    [Fact]
    public async Task What_keeps_it_from_starting_is_told_without_a_stack_trace_and_ends_with_1()
    {
        var outcome = await Invoke(
            ["--set", "service.telemetry.logs.level=error"], (_, _, _, _, _) => throw new StartupException("journal.directory: /data is locked by another process."));

        Assert.Equal(ExitCode.Failed, outcome);
        Assert.Equal("baton: journal.directory: /data is locked by another process.\n", _error.ToString());
    }

    [Fact]
    public async Task A_bug_is_told_with_its_stack_trace_and_ends_with_1()
    {
        var outcome = await Invoke(["--set", "service.telemetry.logs.level=error"], (_, _, _, _, _) => throw new InvalidOperationException("broken invariant"));

        Assert.Equal(ExitCode.Failed, outcome);
        Assert.Contains("broken invariant", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(CommandLineTests), _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vaildate", "validate")]
    [InlineData("--conifg", "--config")]
    public async Task A_misspelled_argument_ends_with_2_and_names_the_near_one(string argument, string near)
    {
        Assert.Equal(ExitCode.BadUsage, await Invoke(argument));
        Assert.Empty(_output.ToString());
        Assert.Contains(near, _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("Run baton --help for what there is.\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_and_help_go_to_the_output()
    {
        Assert.Equal(ExitCode.Done, await Invoke("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+", _output.ToString());
        Assert.Equal(ExitCode.Done, await Invoke("--help"));
        Assert.Contains("validate", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    private Task<ExitCode> Invoke(params string[] arguments) => Invoke(arguments, (options, loggers, time, stop, _) =>
    {
        _ran = options;
        Assert.False(loggers.CreateLogger("Baton").IsEnabled(LogLevel.Warning));
        return Task.CompletedTask;
    });

    private Task<ExitCode> Invoke(string[] arguments, RunPipeline pipeline) =>
        CommandLine.InvokeAsync(arguments, _output, _error, name => name == "TOKEN" ? "s3cret" : null, pipeline, _stop.Token);

    private string Write(string yaml)
    {
        File.WriteAllText(_directory["baton.yaml"], yaml);
        return _directory["baton.yaml"];
    }
}
