using System.Diagnostics;

namespace Baton.Processor.Tests.Chart;

/// <summary>A program that answers each line with a line; it ends when its input does. One question at a time.</summary>
internal sealed class Dialogue : IDisposable
{
    // The renderer is compiled first: seconds, and on a machine that is loaded many times over, minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly SemaphoreSlim _one = new(1);

    private Dialogue(ProcessStartInfo start)
    {
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it.</summary>
    public static Dialogue With(string file, string[] arguments, string directory, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Dialogue(start);
    }

    /// <summary>Its answer.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message has what it said.</exception>
    public async Task<string> AskAsync(string line)
    {
        using var expired = new CancellationTokenSource(Patience);
        await _one.WaitAsync(expired.Token);
        try
        {
            await _process.StandardInput.WriteLineAsync(line.AsMemory(), expired.Token);
            await _process.StandardInput.FlushAsync(expired.Token);
            return await _process.StandardOutput.ReadLineAsync(expired.Token) ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended: {await _error}");
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public async Task EndAsync()
    {
        using var expired = new CancellationTokenSource(Patience);
        _process.StandardInput.Close();
        var output = await _process.StandardOutput.ReadToEndAsync(expired.Token);
        await _process.WaitForExitAsync(expired.Token);
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}: {output}{await _error}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _one.Dispose();
    }
}
