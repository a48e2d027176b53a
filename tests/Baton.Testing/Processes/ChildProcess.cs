using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Baton.Testing.Processes;

/// <summary>
/// A program that a test runs: its output is kept and can be awaited, it is signalled by its id alone, and it does not outlive its owner.
/// Standard input is a pipe that closes with the owner.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigHup = 1;

    // Far more than it takes on a machine that is busy with twenty other things.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly string _name;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string? directory)
    {
        _name = Path.GetFileName(file);
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
    }

    /// <summary>The operating system's id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The lines of standard output and standard error so far, as they came.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <summary>The `dotnet` that runs this process: what is started with it needs nothing on the PATH.</summary>
    public static string DotnetHost { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>Starts a program; the environment's entries are added to this process's own.</summary>
    public static ChildProcess Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? directory = null)
    {
        var child = new ChildProcess(file, arguments, environment, directory);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line that meets <paramref name="predicate"/>, as soon as there is one.</summary>
    /// <exception cref="InvalidOperationException">The process ended without it; the message has its output.</exception>
    /// <exception cref="TimeoutException">It did not come in time (five minutes where nothing is said); the message has the output.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> predicate, TimeSpan? timeout = null)
    {
        using var expired = new CancellationTokenSource(timeout ?? Patience);
        var exit = _process.WaitForExitAsync(expired.Token);
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            // Asked before the lines are read: once the process has ended no further line can come.
            var ended = exit.IsCompletedSuccessfully;
            if (Output.FirstOrDefault(predicate) is { } line)
                return line;
            if (ended)
                throw new InvalidOperationException(Describe($"ended with {_process.ExitCode} before the awaited line"));
            if (expired.IsCancellationRequested)
                throw new TimeoutException(Describe("did not print the awaited line in time"));
            await Task.WhenAny(changed, exit);
        }
    }

    /// <summary>Writes a line to the standard input.</summary>
    public Task WriteLineAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Closes the standard input, as a polite request to end.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>SIGTERM.</summary>
    public void Terminate()
    {
        if (SendSignal(_process.Id, SigTerm) != 0)
            throw new InvalidOperationException($"{_name} ({_process.Id}) could not be signalled: errno {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>SIGHUP: look at the configuration.</summary>
    public void HangUp()
    {
        if (SendSignal(_process.Id, SigHup) != 0)
            throw new InvalidOperationException($"Process {_process.Id} could not be signalled.");
    }

    /// <summary>The exit code, once it has ended and all its output is here.</summary>
    /// <exception cref="TimeoutException">It did not end in time (five minutes where nothing is said).</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var expired = new CancellationTokenSource(timeout ?? Patience);
        try
        {
            await _process.WaitForExitAsync(expired.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(Describe("did not end in time"));
        }
        return _process.ExitCode;
    }

    /// <summary>SIGKILL to it and its children, and waits for its end.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private string Describe(string what) => $"{_name} {what}. Its output:{string.Concat(Output.Select(l => $"{Environment.NewLine}  {l}"))}";

    private void Add(string? line)
    {
        if (line is null)
            return;
        TaskCompletionSource changed;
        lock (_lock)
        {
            _lines.Add(line);
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int processId, int signal);
}
