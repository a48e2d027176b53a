using System.Text;
using Baton.Continuity.Scan;
using Baton.Processor.Analyze.Reports;
using Baton.Testing;

namespace Baton.Processor.Tests.Analyze;

public class SortedRecordsTests
{
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(1 << 10)]
    [InlineData(1)]
    public void Records_come_out_in_order_whether_or_not_they_fit_into_memory(int memoryBytes)
    {
        var random = new Random(1);
        // Few times and traces, so that all parts of the key matter; texts of any length, longer ones than the memory among them.
        var added = Enumerable.Range(0, 2000)
            .Select(i => new RecordKey(random.Next(-2, 3), new TraceId((ulong)random.Next(2) << 63, (ulong)random.Next(2)), new SpanId((ulong)i)))
            .ToArray();
        random.Shuffle(added);
        using var records = new SortedRecords(memoryBytes);
        foreach (var key in added)
            records.Add(key, Encoding.UTF8.GetBytes(TextOf(key)));

        var visited = new List<string>();
        records.Visit(record => visited.Add(Encoding.UTF8.GetString(record)));

        Assert.Equal(added.Length, records.Count);
        Assert.Equal(added.OrderBy(key => key.UnixNanos).ThenBy(key => key.Trace.High).ThenBy(key => key.Trace.Low).ThenBy(key => key.Span.Value).Select(TextOf), visited);
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(20)]
    [InlineData(1)]
    public void Of_several_with_one_key_the_longest_comes_out(int memoryBytes)
    {
        using var records = new SortedRecords(memoryBytes);
        foreach (var text in new[] { "1", "22", "333", "1", "4444", "22" })
            records.Add(new RecordKey(text[0] == '1' ? 1 : 2, default, default), Encoding.UTF8.GetBytes(text));

        var visited = new List<string>();
        records.Visit(record => visited.Add(Encoding.UTF8.GetString(record)));
        Assert.Equal(["1", "4444"], visited);
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var directory = new TempDirectory();
        using (var records = new SortedRecords(10, directory.Path))
        {
            for (var i = 0; i < 100; i++)
                records.Add(new RecordKey(i, default, default), "0123456789"u8);
            records.Visit(record => Assert.Equal(10, record.Length));
        }
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    private static string TextOf(RecordKey key) => $"{key}{new string('x', (int)(key.Span.Value % 7 == 0 ? 100_000 : key.Span.Value % 50))}";
}
