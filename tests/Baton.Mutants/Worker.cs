using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Baton.Mutants;

/// <summary>
/// The process that runs the tests. It answers one line with lines, and can be killed at any time:
/// `tests` with the names, `statics` and `cover T` with what static fields and a test pass, and how long it takes, `mutant M T T T` with each test as it begins and,
/// once one fails, `killed T`, else `survived`.
/// </summary>
internal sealed class Worker(IReadOnlyList<TestCase> tests, Assembly mutated, MutantControl control, TextReader commands, TextWriter answers)
{
    // Milliseconds of processor time. What takes longer would be run for most mutants, and tells of amounts rather than of rules.
    public const int Slow = 600;

    /// <param name="folder">The test assembly with everything that it needs; the mutated assembly among it.</param>
    /// <param name="testAssembly">Name of the test assembly.</param>
    /// <param name="mutatedAssembly">Name of the mutated one.</param>
    public static void Serve(string folder, string testAssembly, string mutatedAssembly)
    {
        // Tests look for their data where they are.
        AppContext.SetData("APP_CONTEXT_BASE_DIRECTORY", folder + Path.DirectorySeparatorChar);
        var mutated = Assembly.LoadFrom(Path.Combine(folder, mutatedAssembly + ".dll"));
        var tests = TestCase.Of(Assembly.LoadFrom(Path.Combine(folder, testAssembly + ".dll")));
        var answers = Console.Out;
        Console.SetOut(TextWriter.Null);
        new Worker(tests, mutated, new MutantControl(mutated), Console.In, answers).Loop();
    }

    private void Loop()
    {
        while (commands.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            var numbers = words.Skip(1).Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToList();
            switch (words[0])
            {
                case "tests":
                    Answer($"tests\t{string.Join('\t', tests.Select(test => test.Name))}");
                    break;
                case "statics":
                    CoverStatics();
                    break;
                case "cover":
                    Cover(tests[numbers[0]]);
                    break;
                case "mutant":
                    Try(numbers[0], numbers.Skip(1));
                    break;
            }
        }
    }

    /// <summary>What is passed while static fields are made: once in a process, so it must be asked first.</summary>
    private void CoverStatics() => Answer("covered 0 " + string.Join(',', control.Cover(() =>
    {
        foreach (var type in mutated.GetTypes().Where(type => !type.ContainsGenericParameters && type.TypeInitializer is not null))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
    })));

    private void Cover(TestCase test)
    {
        control.Activate(MutantControl.None);
        var took = Took(test);
        // The first time it is compiled as well.
        took = took > 3 * Slow ? took : Took(test);
        Answer($"covered {took} {(took > Slow ? "" : string.Join(',', control.Cover(test.Run)))}");
    }

    private static int Took(TestCase test)
    {
        var begun = Environment.CpuUsage.TotalTime;
        test.Run();
        return (int)(Environment.CpuUsage.TotalTime - begun).TotalMilliseconds;
    }

    private void Try(int mutant, IEnumerable<int> order)
    {
        control.Activate(mutant);
        foreach (var test in order)
        {
            Answer($"begins {test}");
            try
            {
                tests[test].Run();
            }
            catch (Exception failure)
            {
                control.Activate(MutantControl.None);
                Answer($"killed {test} {failure.GetType().Name}");
                return;
            }
        }
        control.Activate(MutantControl.None);
        Answer("survived");
    }

    private void Answer(string line)
    {
        answers.WriteLine(line);
        answers.Flush();
    }
}
