using System.Text.Json.Nodes;
using Baton.Processor.Commands;
using Baton.Testing;

namespace Baton.Processor.Tests.Analyze;

/// <summary><c>baton analyze</c> in this process: arguments, files and standard input in; report, error stream and exit code out.</summary>
internal sealed class AnalyzeUnderTest : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>Standard output.</summary>
    public string Output { get; private set; } = "";

    /// <summary>The error stream.</summary>
    public string Error { get; private set; } = "";

    /// <summary>What standard input holds.</summary>
    public byte[] StandardInput { get; set; } = [];

    /// <summary>The report as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>A path in a directory of its own.</summary>
    public string this[string name] => _directory[name];

    /// <summary>Writes a file and answers its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(_directory[name], content);
        return _directory[name];
    }

    /// <summary>Writes a file and answers its path.</summary>
    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Runs the command.</summary>
    public async Task<ExitCode> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exit = await CommandLine.InvokeAsync(
            ["analyze", .. arguments], output, error, _ => null, (_, _, _, _, _) => throw new InvalidOperationException("Nothing is to be run."),
            CancellationToken.None, () => new MemoryStream(StandardInput));
        (Output, Error) = (output.ToString(), error.ToString());
        return exit;
    }

    /// <summary>The error stream's lines.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => _directory.Dispose();
}
