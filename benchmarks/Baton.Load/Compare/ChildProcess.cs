using System.Diagnostics;
using System.Threading.Channels;

namespace Baton.Load.Compare;

/// <summary>What a child process needs to start.</summary>
internal sealed record ChildCommand(string File, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);

/// <summary>A process that this one started, and ends by its own handle when it is disposed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>So many last lines are kept, to show when something goes wrong.</summary>
    private const int KeptLines = 40;

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Queue<string> _last = new();

    private ChildProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines it printed, standard error among them.</summary>
    public string LastLines
    {
        get
        {
            lock (_last) return string.Join(Environment.NewLine, _last);
        }
    }

    /// <summary>
    /// Every child runs with the workstation collector, as baton does; the rest of its environment is this process's and the command's.
    /// </summary>
    public static ChildProcess Start(ChildCommand command)
    {
        var start = new ProcessStartInfo(command.File, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, line) => child.Keep(line.Data, output: true);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data, output: false);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>This tool again, as another process.</summary>
    public static ChildProcess StartSelf(params string[] arguments) => Start(Self(arguments));

    /// <summary>How this tool is started.</summary>
    public static ChildCommand Self(params string[] arguments)
    {
        string self = Environment.ProcessPath!;
        bool hosted = Path.GetFileNameWithoutExtension(self) == "dotnet";
        string[] prefix = hosted ? [typeof(ChildProcess).Assembly.Location] : [];
        return new ChildCommand(self, [.. prefix, .. arguments], new Dictionary<string, string>());
    }

    /// <summary>The next line of standard output. Throws <see cref="RigFailure"/> where none comes in time, or none any more.</summary>
    public async Task<string> ReadLineAsync(string what, TimeSpan patience, CancellationToken stop)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(patience);
        try
        {
            return await _output.Reader.ReadAsync(bounded.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new RigFailure($"{what} said nothing for {patience.TotalSeconds:F0} s. It printed:{Environment.NewLine}{LastLines}");
        }
        catch (ChannelClosedException)
        {
            throw new RigFailure($"{what} ended. It printed:{Environment.NewLine}{LastLines}");
        }
    }

    /// <summary>User plus system time of all its threads so far, from /proc/PID/stat.</summary>
    public TimeSpan Cpu()
    {
        _process.Refresh();
        return _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;
    }

    /// <summary>The most memory it had resident so far, in bytes (VmHWM of /proc/PID/status).</summary>
    public long PeakResident()
    {
        _process.Refresh();
        return _process.HasExited ? 0 : _process.PeakWorkingSet64;
    }

    /// <summary>The memory that it has resident now, in bytes.</summary>
    public long Resident()
    {
        _process.Refresh();
        return _process.HasExited ? 0 : _process.WorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        // With its own children: one that lives on would hold the port, and the pipes whose end is waited for here.
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(EndsWithin, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private void Keep(string? line, bool output)
    {
        if (line is null)
        {
            if (output) _output.Writer.TryComplete();
            return;
        }

        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > KeptLines) _last.Dequeue();
        }

        if (output) _output.Writer.TryWrite(line);
    }
}
