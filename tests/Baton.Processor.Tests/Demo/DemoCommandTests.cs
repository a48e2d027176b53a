using Baton.Processor.Commands;

namespace Baton.Processor.Tests.Demo;

/// <summary>The command around an instance that does not do what it should. The demo as it is meant: Baton.EndToEnd.Tests.</summary>
public sealed class DemoCommandTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly CancellationTokenSource _stop = new();
    private string _journal = "";

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task An_instance_that_cannot_start_is_told_without_a_stack_trace_and_leaves_nothing_behind()
    {
        Assert.Equal(ExitCode.Failed, await Demo((_, _) => throw new StartupException("the port is taken.")));

        Assert.Equal("baton: the port is taken.\n", _error.ToString());
        AssertNothingLeft();
    }

    [Fact]
    public async Task An_instance_that_ends_by_itself_ends_the_demo()
    {
        Assert.Equal(ExitCode.Failed, await Demo((_, _) => Task.CompletedTask));

        Assert.Contains("ended by itself", _error.ToString(), StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public async Task A_stop_ends_it_in_order()
    {
        // An instance that never gets ready, stopped by the user, and then by the demo.
        var outcome = await Demo(async (_, stop) =>
        {
            await _stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        });

        Assert.Equal(ExitCode.Failed, outcome);
        Assert.EndsWith("\nStopped before its end; nothing is left behind.\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
        AssertNothingLeft();
    }

    private Task<ExitCode> Demo(Func<string, CancellationToken, Task> pipeline) => CommandLine.InvokeAsync(
        ["demo"], _output, _error, _ => null,
        (options, _, _, stop, _) =>
        {
            _journal = options.Journal.Directory;
            return pipeline(_journal, stop);
        },
        _stop.Token);

    private void AssertNothingLeft()
    {
        Assert.Contains("baton-demo-", _journal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(_journal)));
    }
}
