using System.Diagnostics;
using Baton.Testing;
using SharpFuzz;

namespace Baton.Fuzzing.Afl;

/// <summary>A copy of this program in which the code under test counts the edges that it takes. Removed at the end.</summary>
internal sealed class InstrumentedCode : IDisposable
{
    private static readonly string[] Assemblies = ["baton.dll", "Baton.Continuity.dll"];

    // The rest of Baton only runs along, and would take room in the map.
    private static readonly string[] Namespaces =
        ["Baton.Continuity.Scan.", "Baton.Continuity.Conditions.", "Baton.Processor.Json.", "Baton.Processor.Journal.", "Baton.Processor.Receive."];

    private readonly TempDirectory _folder = new();

    private InstrumentedCode()
    {
    }

    private string Program => _folder["program/Baton.Fuzzing.dll"];

    public static InstrumentedCode Make()
    {
        var made = new InstrumentedCode();
        var source = Path.GetDirectoryName(typeof(FuzzTarget).Assembly.Location)!;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not (".pdb" or ".xml")))
        {
            var copy = made._folder[Path.Combine("program", Path.GetRelativePath(source, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        foreach (var assembly in Assemblies)
            Fuzzer.Instrument(made._folder[Path.Combine("program", assembly)], type => Namespaces.Any(name => type.StartsWith(name, StringComparison.Ordinal)), Options.Value);
        return made;
    }

    /// <summary>A program and its arguments, so that it runs this code.</summary>
    public ProcessStartInfo StartInfo(IEnumerable<string> before, IEnumerable<string> arguments)
    {
        string[] line = [.. before, "dotnet", Program, .. arguments];
        return new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
    }

    /// <summary>Runs a command of this program.</summary>
    /// <returns>What it printed; and the exit code, if that is not 0.</returns>
    public async Task<string> RunAsync(string[] arguments, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        var (code, output) = await ChildProcess.RunAsync(StartInfo([], arguments), limit.Token);
        return code == 0 ? output : $"{output}exit code {code}";
    }

    public void Dispose() => _folder.Dispose();
}
