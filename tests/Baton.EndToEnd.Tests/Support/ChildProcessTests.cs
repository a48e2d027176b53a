using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Support;

public sealed class ChildProcessTests
{
    [Fact]
    public async Task TerminateSendsSigtermToThatProcess()
    {
        await using var shell = Shell("trap 'echo stopping; exit 7' TERM; echo up; while read line; do :; done; while :; do sleep 0.01; done");
        await shell.WaitForLineAsync(line => line == "up");
        shell.CloseInput();

        shell.Terminate();

        Assert.Equal(7, await shell.WaitForExitAsync());
        Assert.Equal(["up", "stopping"], shell.Output);
    }

    [Fact]
    public async Task LineThatNeverComesIsReportedWithTheOutputWhenTheProcessEnds()
    {
        await using var shell = Shell("echo one; echo two >&2; exit 3");

        var ended = await Assert.ThrowsAsync<InvalidOperationException>(() => shell.WaitForLineAsync(line => line == "three"));

        Assert.Contains("ended with 3", ended.Message, StringComparison.Ordinal);
        Assert.Contains("one", ended.Message, StringComparison.Ordinal);
        Assert.Contains("two", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposingKillsIt()
    {
        var shell = Shell("echo up; read line");
        await shell.WaitForLineAsync(line => line == "up");
        var id = shell.Id;

        await shell.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    private static ChildProcess Shell(string script) => ChildProcess.Start("/bin/sh", ["-c", script]);
}
