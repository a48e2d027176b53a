using System.Globalization;
using Baton.Processor.Commands;
using Baton.Processor.Configuration;
using Baton.Processor.Telemetry;
using Baton.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Processor.Tests.Commands;

public sealed class HealthCommandTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private string? _whyNotReady;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task An_instance_that_answers_is_well_and_one_that_takes_no_data_is_not_ready()
    {
        await using var admin = await StartAdminAsync();
        var endpoint = $"127.0.0.1:{admin.Address.Port}";
        _whyNotReady = "replaying";

        Assert.Equal(ExitCode.Done, await Invoke("health", "--endpoint", endpoint));
        Assert.Equal("ok\n", _output.ToString());
        Assert.Equal(ExitCode.Failed, await Invoke("health", "--ready", "--endpoint", endpoint));
        Assert.Equal("replaying\n", _error.ToString());

        _whyNotReady = null;
        Assert.Equal(ExitCode.Done, await Invoke("health", "--ready", "--endpoint", endpoint));
    }

    [Theory]
    [InlineData(":{0}")]
    [InlineData("0.0.0.0:{0}")]
    [InlineData("[::]:{0}")]
    public async Task An_instance_that_listens_everywhere_is_asked_on_loopback(string endpoint)
    {
        await using var admin = await StartAdminAsync();

        Assert.Equal(ExitCode.Done, await Invoke("health", "--endpoint", string.Format(CultureInfo.InvariantCulture, endpoint, admin.Address.Port)));
    }

    [Fact]
    public async Task Nobody_there_is_not_well_and_says_what_to_look_at()
    {
        var port = FreePorts.Take(1)[0];

        Assert.Equal(ExitCode.Failed, await Invoke("health", "--endpoint", $"127.0.0.1:{port}"));
        Assert.StartsWith($"baton: 127.0.0.1:{port} does not answer: ", _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("If service.admin.endpoint is another one, give it by --endpoint.\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8888/healthz")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    public async Task What_is_no_endpoint_is_refused(string endpoint)
    {
        Assert.Equal(ExitCode.BadUsage, await Invoke("health", "--endpoint", endpoint));
        Assert.Contains($"--endpoint: \"{endpoint}\" is not where an instance could be asked", _error.ToString(), StringComparison.Ordinal);
    }

    private Task<AdminEndpoint> StartAdminAsync() => AdminEndpoint.StartAsync(
        new ListenAddress("127.0.0.1", 0), new Instruments(), () => _whyNotReady, NullLoggerFactory.Instance, CancellationToken.None);

    private Task<ExitCode> Invoke(params string[] arguments) => CommandLine.InvokeAsync(
        arguments, _output, _error, _ => null, (_, _, _, _, _) => throw new InvalidOperationException("health starts nothing"), CancellationToken.None);
}
