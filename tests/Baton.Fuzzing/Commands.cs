using Baton.Fuzzing.Afl;
using SharpFuzz;

namespace Baton.Fuzzing;

/// <summary>What the program does; each returns the exit code.</summary>
internal static class Commands
{
    /// <summary>Runs inputs for afl-fuzz, in a process of its own that may die; or one from standard input.</summary>
    public static int Run(string name)
    {
        FuzzTarget? target = null;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            // Made in the process that runs it, which alone has a map when it is afl-fuzz's.
            target ??= FuzzTarget.All[name]();
            using var input = new MemoryStream();
            stream.CopyTo(input);
            target.Run(input.ToArray());
        });
        return 0;
    }

    /// <summary>Runs inputs one after another and shows what is found.</summary>
    public static int Replay(string name, string[] places)
    {
        var target = FuzzTarget.All[name]();
        var (runs, findings) = (0, 0);
        foreach (var file in FilesOf(places))
        {
            runs++;
            try
            {
                target.Run(File.ReadAllBytes(file));
            }
            catch (Exception finding)
            {
                findings++;
                Console.WriteLine($"{file}\n{finding}\n");
                target = FuzzTarget.All[name]();
            }
        }
        Console.WriteLine($"{name}: {runs} inputs, {findings} findings");
        return findings == 0 ? 0 : 1;
    }

    /// <summary>Adds those inputs to a corpus that reach what none of it reaches, smallest first. Of use in instrumented code only.</summary>
    public static int Cover(string name, string corpus, string[] places)
    {
        Directory.CreateDirectory(corpus);
        var target = FuzzTarget.All[name]();
        var before = FilesOf([corpus]).Select(File.ReadAllBytes).ToList();
        var added = Covering.Choose(target, before, FilesOf(places).Select(File.ReadAllBytes).Where(input => input.Length <= target.MaxLength));
        foreach (var input in added)
            File.WriteAllBytes(Path.Combine(corpus, InputFolder.NameOf(input)), input);
        Console.WriteLine($"{name}: {added.Count} inputs added to {before.Count}");
        return 0;
    }

    /// <summary>Fuzzes, looks at what was found once more, and prints the totals.</summary>
    public static async Task<int> FuzzAsync(FuzzArguments arguments)
    {
        using var code = InstrumentedCode.Make();
        var found = 0;
        foreach (var name in arguments.Targets)
        {
            Console.WriteLine($"{name}: {arguments.Time.TotalMinutes:0.##} minutes of afl-fuzz");
            using var run = await AflRun.RunAsync(code, name, arguments.Time, CancellationToken.None);
            Console.WriteLine(run.Summary);
            foreach (var finding in run.Findings)
            {
                Directory.CreateDirectory(Path.Combine(arguments.Findings, name));
                var kept = Path.Combine(arguments.Findings, name, InputFolder.NameOf(finding.Input));
                File.WriteAllBytes(kept, finding.Input);
                Console.WriteLine($"FINDING {kept}\n{finding.Text}");
                found++;
            }
            if (arguments.Corpus is { } corpus)
                Console.WriteLine(await code.RunAsync(["cover", name, Path.Combine(corpus, name), run.Queue], AflRun.Patience));
        }
        return found == 0 ? 0 : 1;
    }

    /// <summary>Says how it is used.</summary>
    public static int Explain()
    {
        Console.Error.WriteLine(
            $"""
            fuzz <target>|all [--minutes 1] [--findings folder] [--grow corpora]   fuzz with afl-fuzz
            replay <target> <file or folder>...                                    run inputs again
            targets: {string.Join(", ", FuzzTarget.All.Keys)}
            """);
        return 2;
    }

    private static IEnumerable<string> FilesOf(IEnumerable<string> places) =>
        places.SelectMany(place => Directory.Exists(place) ? Directory.EnumerateFiles(place).Order(StringComparer.Ordinal) : (IEnumerable<string>)[place]);
}
