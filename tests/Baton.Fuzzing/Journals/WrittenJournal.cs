using Baton.Processor.Journal;
using Baton.Testing.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Fuzzing.Journals;

/// <summary>One entry; bytes in hex, so that entries compare by what they hold.</summary>
internal sealed record WrittenEntry(
    long Position, long NextPosition, long ArrivalUnixNanos, EntryKind Kind, PayloadEncoding Encoding, int SpanCount, bool EndOfGroup, string Events, string Payload)
{
    public static WrittenEntry Of(JournalEntry e) => new(
        e.Position, e.NextPosition, e.ArrivalUnixNanos, e.Kind, e.Encoding, e.SpanCount, e.EndOfGroup, Convert.ToHexString(e.Events.Span), Convert.ToHexString(e.Payload.Span));
}

/// <summary>A journal of three small segments, always the same: what was written, and its files.</summary>
internal sealed class WrittenJournal
{
    private const string Folder = "/journal";

    // Two groups of one and of three entries in each segment; empty bodies among them, and one whose bytes look like a frame's.
    private static readonly int[][] Groups = [[9], [0, 30, 5], [40], [3, 0, 7], [64], [1, 20, 2]];

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    private WrittenJournal()
    {
    }

    /// <summary>What was written, in order.</summary>
    public IReadOnlyList<WrittenEntry> Entries { get; private set; } = [];

    /// <summary>The segment files, oldest first.</summary>
    public IReadOnlyList<string> Paths { get; private set; } = [];

    /// <summary>Where the last entry ends.</summary>
    public long End => Entries[^1].NextPosition;

    public static WrittenJournal Make()
    {
        var made = new WrittenJournal();
        var position = 0L;
        var sequence = 0;
        var entries = new List<WrittenEntry>();
        for (var segment = 0; segment < 3; segment++)
        {
            var file = new MemoryStream();
            var header = new byte[SegmentHeader.Size];
            new SegmentHeader(SegmentHeader.CurrentVersion, position, sequence, Arrival(2 * segment)).Write(header);
            file.Write(header);
            var path = SegmentHeader.PathOf(Folder, position);
            for (var group = 2 * segment; group < 2 * segment + 2; group++)
            {
                for (var i = 0; i < Groups[group].Length; i++)
                {
                    var frame = Frame(position, sequence++, Arrival(group), Groups[group][i], i == Groups[group].Length - 1);
                    file.Write(frame);
                    position += frame.Length;
                }
            }
            made._files[path] = file.ToArray();
        }
        made.Paths = [.. made._files.Keys.Order(StringComparer.Ordinal)];
        using var journal = new ClosingJournal(Open(made.OnDisk(0, made._files[made.Paths[0]]), JournalDurability.Os));
        made.Entries = new OpenedJournal(journal.Journal, 1 << 16).Read();
        FindingException.Unless(Groups.Sum(group => group.Length), made.Entries.Count, "entries of the journal before anything happens to it");
        return made;

        static long Arrival(int group) => 1_700_000_000_000_000_000 + group * 1_000;
    }

    public byte[] Bytes(int segment) => _files[Paths[segment]];

    /// <summary>The files, one of them with other bytes.</summary>
    public SimulatedDisk OnDisk(int replaced, byte[] bytes)
    {
        var disk = new SimulatedDisk();
        foreach (var (path, original) in _files)
        {
            using var file = disk.Open(path, DiskOpen.Create);
            file.Write([path == Paths.ElementAtOrDefault(replaced) ? bytes : original], 0);
        }
        // Somebody has not read anything yet, so that a missing beginning is a loss.
        using var cursor = disk.Open(Folder + "/reader.cursor", DiskOpen.Create);
        cursor.Write([CursorFile.Format(0)], 0);
        return disk;
    }

    public static Processor.Journal.Journal Open(SimulatedDisk disk, JournalDurability durability) =>
        Processor.Journal.Journal.Open(new JournalOptions { Directory = Folder, Durability = durability }, TimeProvider.System, disk, NullLogger.Instance);

    /// <summary>The entries whose bytes are all where they were written.</summary>
    public IReadOnlyList<WrittenEntry> Intact(int replaced, ReadOnlySpan<byte> bytes)
    {
        var intact = new List<WrittenEntry>();
        for (var i = 0; i < Paths.Count; i++)
        {
            var start = SegmentHeader.TryParsePath(Paths[i], out var position) ? position : throw new FindingException(Paths[i]);
            var original = _files[Paths[i]];
            var limit = start + original.Length - SegmentHeader.Size;
            foreach (var entry in Entries.Where(entry => entry.Position >= start && entry.Position < limit))
            {
                var (from, to) = ((int)(entry.Position - start) + SegmentHeader.Size, (int)(entry.NextPosition - start) + SegmentHeader.Size);
                if (i != replaced || (bytes.Length >= to && bytes[from..to].SequenceEqual(original.AsSpan(from, to - from))))
                    intact.Add(entry);
            }
        }
        return intact;
    }

    private static byte[] Frame(long position, int sequence, long arrival, int length, bool endOfGroup)
    {
        var events = new byte[length / 3];
        var payload = new byte[length - events.Length];
        new Random(sequence).NextBytes(payload);
        "BtnF"u8[..Math.Min(4, payload.Length)].CopyTo(payload);
        var frame = new byte[FrameHeader.Size + length];
        payload.CopyTo(frame, FrameHeader.Size + events.Length);
        var header = new FrameHeader
        {
            Kind = sequence % 4 == 3 ? EntryKind.Own : EntryKind.Traces,
            Encoding = PayloadEncoding.Identity,
            EndOfGroup = endOfGroup,
            Position = position,
            Sequence = sequence,
            ArrivalUnixNanos = arrival,
            EventsLength = events.Length,
            PayloadLength = payload.Length,
            SpanCount = sequence,
            BodyChecksum = Crc32C.Of(frame.AsSpan(FrameHeader.Size)),
        };
        header.Write(frame);
        return frame;
    }
}
