using System.Buffers;
using Baton.Processor.Journal;
using Baton.Testing.Disk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Processor.Tests.Journal;

/// <summary>A journal's place and settings, to be opened as often as a test wants.</summary>
internal sealed record JournalFixture(string Directory, IDisk Disk)
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public JournalDurability Durability { get; init; } = JournalDurability.Os;

    public long MaxSizeBytes { get; init; } = 1L << 30;

    public long SegmentSizeBytes { get; init; } = 64L << 20;

    public long OwnReserveBytes { get; init; } = 1L << 20;

    public long ContinueFrom { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public ArrayPool<byte> Buffers { get; init; } = ArrayPool<byte>.Shared;

    /// <summary>A fixture on a new simulated disk.</summary>
    public static JournalFixture Simulated() => new("/journal", new SimulatedDisk());

    /// <summary>The same journal on what is left of its disk.</summary>
    public JournalFixture On(SimulatedDisk disk) => this with { Disk = disk };

    public Processor.Journal.Journal Open() => Processor.Journal.Journal.Open(
        new JournalOptions
        {
            Directory = Directory,
            Durability = Durability,
            MaxSizeBytes = MaxSizeBytes,
            SegmentSizeBytes = SegmentSizeBytes,
            OwnReserveBytes = OwnReserveBytes,
            ContinueFrom = ContinueFrom,
            Buffers = Buffers,
        },
        Time, Disk, Logger);
}

/// <summary>What an entry was, after its block is gone.</summary>
internal sealed record Read(long Position, long NextPosition, long ArrivalUnixNanos, EntryKind Kind, PayloadEncoding Encoding, int SpanCount, bool EndOfGroup, byte[] Events, byte[] Payload);

internal static class JournalReading
{
    /// <summary>A payload whose bytes tell which entry it belongs to.</summary>
    public static byte[] Payload(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<AppendResult> Append(this Processor.Journal.Journal journal, byte[] payload, EntryKind kind = EntryKind.Traces) =>
        await journal.AppendAsync(kind, PayloadEncoding.Identity, default, payload, 1);

    /// <summary>Appends the first payload alone; and, while that is being written, the others, which so become one group.</summary>
    public static async Task<IReadOnlyList<AppendResult>> AppendGroups(this Processor.Journal.Journal journal, SimulatedDisk disk, IReadOnlyList<byte[]> payloads)
    {
        var inject = disk.Inject;
        var tasks = new List<Task<AppendResult>>();
        var group = payloads.Skip(1).ToList();
        disk.Inject = call =>
        {
            // The journal's own write: a cursor is written on another thread, which would write the journal in the middle of this.
            if (group.Count > 0 && call.Operation == DiskOperation.Write && call.Path.EndsWith(".segment", StringComparison.Ordinal))
            {
                tasks.AddRange(group.Select(payload => journal.Append(payload)));
                group.Clear();
            }
            return inject?.Invoke(call);
        };
        var first = await journal.Append(payloads[0]);
        AppendResult[] results = [first, .. await Task.WhenAll(tasks)];
        disk.Inject = inject;
        return results;
    }

    public static List<Read> ReadAll(this Processor.Journal.Journal journal, long from = 0, int maxBytes = 1 << 16)
    {
        using var reader = journal.OpenReader(from);
        return reader.ReadAll(maxBytes);
    }

    public static List<Read> ReadAll(this JournalReader reader, int maxBytes = 1 << 16)
    {
        var all = new List<Read>();
        while (reader.TryRead(maxBytes, out var block))
        {
            using (block) all.AddRange(block.Copy());
        }
        return all;
    }

    public static IEnumerable<Read> Copy(this JournalBlock block)
    {
        for (var i = 0; i < block.Count; i++)
        {
            var e = block[i];
            yield return new Read(e.Position, e.NextPosition, e.ArrivalUnixNanos, e.Kind, e.Encoding, e.SpanCount, e.EndOfGroup, e.Events.ToArray(), e.Payload.ToArray());
        }
    }
}
