using Baton.Processor.Journal;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Benchmarks;

/// <summary>The journal on a temporary directory: what one entry costs, appended, read back by one reader, and dealt with.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private const int Entries = 1024;
    private const int Appenders = 64;
    private readonly byte[] _events = new byte[200];
    private byte[] _payload = [];
    private string _directory = "";
    private Journal _journal = null!;
    private JournalReader _reader = null!;
    private JournalCursor _cursor = null!;

    /// <summary>Bytes of an entry's payload: a deadline span; a request of 512 spans.</summary>
    [Params(300, 100_000)]
    public int PayloadBytes { get; set; }

    /// <summary>What an acknowledgement means.</summary>
    [Params(JournalDurability.Os, JournalDurability.Disk)]
    public JournalDurability Durability { get; set; }

    /// <summary>Opens a journal on an empty directory.</summary>
    [GlobalSetup]
    public void Open()
    {
        _payload = new byte[PayloadBytes];
        new Random(1).NextBytes(_payload);
        _directory = Directory.CreateTempSubdirectory("baton-benchmark-").FullName;
        var options = new JournalOptions { Directory = _directory, Durability = Durability };
        _journal = Journal.Open(options, TimeProvider.System, new FileSystemDisk(), NullLogger.Instance);
        _cursor = _journal.OpenCursor("benchmark");
        _reader = _journal.OpenReader(_journal.Tail);
    }

    /// <summary>Removes the directory.</summary>
    [GlobalCleanup]
    public async Task Close()
    {
        _reader.Dispose();
        await _journal.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Every entry is awaited before the next one is appended.</summary>
    [Benchmark(OperationsPerInvoke = Entries)]
    public async Task OneAtATime()
    {
        for (var i = 0; i < Entries; i++) Check(await Append());
        ReadAndRelease();
    }

    /// <summary>The same, with a reader that keeps up and so gets every entry from memory.</summary>
    [Benchmark(OperationsPerInvoke = Entries)]
    public async Task OneAtATimeWithReader()
    {
        for (var i = 0; i < Entries; i++)
        {
            Check(await Append());
            if (!_reader.TryRead(1 << 20, out var block)) throw new InvalidOperationException("An entry is missing.");
            block.Dispose();
        }
        ReadAndRelease();
    }

    /// <summary>Sixty-four threads' worth of entries at once.</summary>
    [Benchmark(OperationsPerInvoke = Entries)]
    public async Task SixtyFourAtOnce()
    {
        await Parallel.ForAsync(0, Appenders, new ParallelOptions { MaxDegreeOfParallelism = Appenders }, async (_, _) =>
        {
            for (var i = 0; i < Entries / Appenders; i++)
            {
                Check(await Append());
                // As a request handler does, whose next request is not there yet.
                await Task.Yield();
            }
        });
        ReadAndRelease();
    }

    private static void Check(AppendResult result)
    {
        if (result.Status != AppendStatus.Stored) throw new InvalidOperationException(result.ToString());
    }

    private ValueTask<AppendResult> Append() => _journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, _events, _payload, 512);

    private void ReadAndRelease()
    {
        while (_reader.TryRead(1 << 20, out var block)) block.Dispose();
        _cursor.Save(_reader.Position);
    }
}
