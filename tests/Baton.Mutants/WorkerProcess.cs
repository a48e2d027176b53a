using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Baton.Mutants;

/// <summary>What became of a mutant.</summary>
internal enum Fate
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>A test used many times the processor time that it takes without the mutant.</summary>
    Endless,

    /// <summary>The process died.</summary>
    Crashed,

    /// <summary>Every test that passes it succeeded.</summary>
    Survived,

    /// <summary>No test passes it.</summary>
    Unreached,

    /// <summary>Survived the tests that are tried first; the others are yet to come.</summary>
    Doubtful,
}

/// <summary>A fate, and the test that brought it about.</summary>
internal readonly record struct Outcome(Fate Fate, int? Test = null, string Failure = "");

/// <summary>
/// A worker, watched by the processor time that it uses: a machine that is busy with something else makes no mutant look like one that
/// never ends.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];

    /// <param name="arguments">Of <see cref="Worker.Serve"/>.</param>
    public WorkerProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["work", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A mutant that collects without end is to fail early.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x60000000";
        start.Environment["DOTNET_GCgen0size"] = "0x4000000";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _lines.CompleteAdding();
            }
            else
            {
                _lines.Add(line.Data);
            }
        };
        _process.BeginOutputReadLine();
    }

    public bool IsAlive { get; private set; } = true;

    /// <summary>Sends a line, and waits for one; a worker that dies without a mutant is an error.</summary>
    public string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        return _lines.TryTake(out var line, Timeout.Infinite) ? line : throw new InvalidOperationException($"The worker died at \"{command}\".");
    }

    /// <summary>Runs tests with a mutant until one fails, or takes more processor time than it may.</summary>
    public Outcome Try(int mutant, IEnumerable<int> tests, Func<int, TimeSpan> limitOf)
    {
        int? running = null;
        var (spent, limit) = (TimeSpan.Zero, TimeSpan.MaxValue);
        _process.StandardInput.WriteLine($"mutant {mutant} {string.Join(' ', tests)}".TrimEnd());
        while (true)
        {
            if (_lines.TryTake(out var line, Look))
            {
                var words = line.Split(' ');
                switch (words[0])
                {
                    case "begins":
                        running = int.Parse(words[1], CultureInfo.InvariantCulture);
                        (spent, limit) = (Spent(), limitOf(running.Value));
                        break;
                    case "killed":
                        return new(Fate.Killed, running, words[2]);
                    default:
                        return new(Fate.Survived);
                }
            }
            else if (_lines.IsCompleted)
            {
                IsAlive = false;
                return new(Fate.Crashed, running);
            }
            else if (Spent() - spent > limit)
            {
                Dispose();
                return new(Fate.Endless, running, $"{limit.TotalSeconds:0}s");
            }
        }
    }

    public void Dispose()
    {
        IsAlive = false;
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.WaitForExit();
    }

    private TimeSpan Spent()
    {
        _process.Refresh();
        return _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;
    }
}
