namespace Baton.Load.Compare;

/// <summary>
/// Any other program, by a command line in which `{listen}` stands for the port it must take, `{sink}` for the one it must send to,
/// and `{directory}` for an empty directory of its own. It is ready when the port answers.
/// </summary>
internal sealed class ExtraHop(string name, string template) : HopUnderTest(name)
{
    /// <summary>`name=command`, or null where it is not.</summary>
    public static ExtraHop? Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals <= 0 || equals == text.Length - 1 ? null : new ExtraHop(text[..equals], text[(equals + 1)..]);
    }

    public override Task<RunningHop> StartAsync(int sinkPort, string directory, int cores, CancellationToken stop)
    {
        int port = LoopbackPorts.Free(1)[0];
        string command = template
            .Replace("{listen}", $"{port}", StringComparison.Ordinal)
            .Replace("{sink}", $"{sinkPort}", StringComparison.Ordinal)
            .Replace("{directory}", directory, StringComparison.Ordinal);
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var process = Start(new ChildCommand(words[0], words[1..], new Dictionary<string, string>()), cores);
        return OnceReadyAsync(process, async () =>
        {
            await Readiness.WaitAsync(process, Name, () => LoopbackPorts.AnswersAsync(port, stop), stop);
            return new RunningHop(process, port, 0);
        });
    }
}
