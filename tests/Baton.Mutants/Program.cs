using System.Collections.Concurrent;
using Baton.Mutants;

// Baton.Mutants <folder with the tests and the mutated assembly> <Stryker's report> <results> <reasons> [workers] [part of a file's name]…
if (args is ["work", var folder])
{
    Worker.Serve(folder, "Baton.Continuity.Tests", "Baton.Continuity");
    return;
}
const int AtOnce = 25;
const int AtOnceWithAll = 4; // what a batch has done counts when it ends
var (tests, report, output) = (Path.GetFullPath(args[0]), args[1], args[2]);
var workers = args.Length > 4 ? int.Parse(args[4], System.Globalization.CultureInfo.InvariantCulture) : 2;
var mutants = Mutant.Read(report).Where(mutant => args.Length <= 5 || args[5..].Any(part => mutant.File.Contains(part, StringComparison.Ordinal))).ToList();
var results = new Results(output);
var killers = Results.Killers(output + ".killers");
var reasons = Reasons.Read(args[3]);
var coverage = Coverage.Measure(() => new WorkerProcess(tests), output + ".coverage");
Console.WriteLine($"{coverage.Names.Count} tests, {coverage.Milliseconds.Sum()} ms; {mutants.Count} mutants, {mutants.Count(mutant => results.Has(mutant.Id))} of them done");

// First what most mutants fail, for all of them; then, for those that are left, everything, but where a reason says that no test can notice
// the mutant: it counts as not noticed, so that the score can only be too low. No workers: what there is, is written.
if (workers > 0)
{
    Try(mutants.Where(mutant => !results.Has(mutant.Id)), all: false);
    var left = mutants.Where(mutant => results.Of(mutant.Id).Fate == Fate.Doubtful).ToLookup(mutant => reasons.Of(mutant) is null);
    foreach (var explained in left[false])
    {
        results.Add(explained.Id, new(Fate.Survived), coverage.Names);
    }
    Try(left[true], all: true);
}
var summary = new Summary(mutants, results, reasons);
File.WriteAllText(output + ".md", summary.Write());
File.WriteAllText(output + ".open", summary.WriteOpenEnds());
results.WriteKillers(output + ".killers", mutants);
Console.WriteLine(summary.Write());

void Try(IEnumerable<Mutant> some, bool all)
{
    var atOnce = all ? AtOnceWithAll : AtOnce;
    var left = new ConcurrentQueue<Mutant[]>(some.Chunk(atOnce));
    Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ =>
    {
        using var lane = new Lane(() => new WorkerProcess(tests), coverage, results, killers);
        while (left.TryDequeue(out var neighbours))
        {
            lane.Try(neighbours, all);
            Console.WriteLine($"{neighbours[^1].File}, {left.Count * atOnce} left");
        }
    });
}
