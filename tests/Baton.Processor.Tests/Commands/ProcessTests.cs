using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.Processor.Tests.Commands;

/// <summary>The process as a shell sees it: streams, signals, exit codes.</summary>
public sealed class ProcessTests
{
    private static readonly string[] FreePortsAndDirectories =
    [
        "--set", "receivers.otlp.protocols.grpc.endpoint=127.0.0.1:0",
        "--set", "receivers.otlp.protocols.http.endpoint=127.0.0.1:0",
        "--set", "service.admin.endpoint=127.0.0.1:0",
    ];

    [Fact]
    public async Task It_runs_without_a_file_until_SIGTERM_and_ends_with_0()
    {
        using var directory = new TempDirectory();
        await using var baton = Start(directory, FreePortsAndDirectories);

        await baton.WaitForLineAsync(line => line.Contains("starts, with built-in defaults", StringComparison.Ordinal));
        baton.Terminate();

        Assert.Equal(0, await baton.WaitForExitAsync());
    }

    [Fact]
    public async Task Logs_are_JSON_objects_where_asked_for()
    {
        using var directory = new TempDirectory();
        await using var baton = Start(directory, [.. FreePortsAndDirectories, "--set", "service.telemetry.logs.encoding=json"]);

        var line = await baton.WaitForLineAsync(line => line.Contains("starts, with", StringComparison.Ordinal));
        baton.Terminate();

        using var json = System.Text.Json.JsonDocument.Parse(line);
        Assert.Equal("Information", json.RootElement.GetProperty("LogLevel").GetString());
        Assert.Equal(0, await baton.WaitForExitAsync());
    }

    [Fact]
    public async Task A_fault_in_the_configuration_ends_it_with_2()
    {
        using var directory = new TempDirectory();
        await using var baton = Start(directory, ["validate", "--config", directory["missing.yaml"]]);

        Assert.Equal(2, await baton.WaitForExitAsync());
        Assert.Contains("cannot be read", baton.Output[0], StringComparison.Ordinal);
    }

    private static ChildProcess Start(TempDirectory directory, string[] arguments) => ChildProcess.Start(
        ChildProcess.DotnetHost, [Path.Combine(AppContext.BaseDirectory, "baton.dll"), .. arguments], directory: directory.Path);
}
