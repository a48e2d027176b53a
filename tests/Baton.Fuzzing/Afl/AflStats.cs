using System.Globalization;

namespace Baton.Fuzzing.Afl;

/// <summary>What afl-fuzz says of itself in fuzzer_stats.</summary>
internal sealed record AflStats(long Executions, long Edges, long Corpus, long Seconds)
{
    public static AflStats Read(string file)
    {
        var values = File.ReadLines(file)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new(Number("execs_done"), Number("edges_found"), Number("corpus_count"), Number("run_time"));

        long Number(string name) => long.Parse(values[name], CultureInfo.InvariantCulture);
    }
}
