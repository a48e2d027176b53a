using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Processor.Analyze.Reports;

/// <summary>The order of the report: by time, then trace, then span.</summary>
/// <param name="UnixNanos">The time.</param>
/// <param name="Trace">The trace.</param>
/// <param name="Span">The span.</param>
internal readonly record struct RecordKey(long UnixNanos, TraceId Trace, SpanId Span) : IComparable<RecordKey>
{
    /// <summary>Bytes of its stored form.</summary>
    public const int Length = 32;

    /// <inheritdoc/>
    public int CompareTo(RecordKey other) =>
        (UnixNanos, Trace.High, Trace.Low, Span.Value).CompareTo((other.UnixNanos, other.Trace.High, other.Trace.Low, other.Span.Value));

    /// <summary>Writes its stored form.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, UnixNanos);
        Trace.WriteTo(destination[8..]);
        Span.WriteTo(destination[24..]);
    }

    /// <summary>Reads its stored form.</summary>
    public static RecordKey Read(ReadOnlySpan<byte> stored) => new(
        BinaryPrimitives.ReadInt64LittleEndian(stored),
        new TraceId(BinaryPrimitives.ReadUInt64BigEndian(stored[8..]), BinaryPrimitives.ReadUInt64BigEndian(stored[16..])),
        new SpanId(BinaryPrimitives.ReadUInt64BigEndian(stored[24..])));
}

/// <summary>
/// Brings records into order, however many there are: what does not fit into memory goes, sorted, to a temporary file, and is merged in the
/// end. Of several with one key the longest comes out: the one that knows most. One thread.
/// </summary>
/// <param name="memoryBytes">Bytes of records that are kept in memory.</param>
/// <param name="directory">Where the temporary file goes; null for the system's own place.</param>
internal sealed class SortedRecords(int memoryBytes, string? directory = null) : IDisposable
{
    private const int FirstBytes = 64 << 10;

    private readonly List<Entry> _entries = [];
    private readonly List<(long Start, long End)> _runs = [];
    private byte[] _bytes = new byte[FirstBytes];
    private int _filled;
    private FileStream? _file;

    /// <summary>How many were added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a record.</summary>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public void Add(RecordKey key, ReadOnlySpan<byte> record)
    {
        if (_filled + record.Length > memoryBytes && _entries.Count > 0)
            Spill();
        while (_filled + record.Length > _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        record.CopyTo(_bytes.AsSpan(_filled));
        _entries.Add(new Entry(key, _filled, record.Length));
        _filled += record.Length;
        Count++;
    }

    /// <summary>Visits all records in order.</summary>
    /// <exception cref="IOException">The temporary file cannot be read.</exception>
    public void Visit(Action<ReadOnlySpan<byte>> visit)
    {
        if (_runs.Count == 0)
            VisitMemory(visit);
        else
            VisitRuns(visit);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void VisitMemory(Action<ReadOnlySpan<byte>> visit)
    {
        Sort();
        var entries = CollectionsMarshal.AsSpan(_entries);
        for (var i = 0; i < entries.Length; i++)
        {
            if (i == entries.Length - 1 || entries[i].Key != entries[i + 1].Key)
                visit(_bytes.AsSpan(entries[i].Start, entries[i].Length));
        }
    }

    private void VisitRuns(Action<ReadOnlySpan<byte>> visit)
    {
        Spill();
        var heads = new PriorityQueue<SortedRun, (RecordKey, int)>();
        foreach (var (start, end) in _runs)
            Advance(heads, new SortedRun(_file!.SafeFileHandle, start, end));
        // Held back until a record with another key comes.
        var held = new ArrayBufferWriter<byte>();
        RecordKey? key = null;
        while (heads.TryDequeue(out var run, out _))
        {
            if (key is not null && key != run.Key)
                visit(held.WrittenSpan);
            held.ResetWrittenCount();
            held.Write(run.Record);
            key = run.Key;
            Advance(heads, run);
        }
        visit(held.WrittenSpan);
    }

    private static void Advance(PriorityQueue<SortedRun, (RecordKey Key, int Length)> heads, SortedRun run)
    {
        if (run.Next())
            heads.Enqueue(run, (run.Key, run.Record.Length));
    }

    private void Sort() => _entries.Sort(static (a, b) => (a.Key, a.Length).CompareTo((b.Key, b.Length)));

    private void Spill()
    {
        Sort();
        _file ??= CreateFile();
        var start = _file.Position;
        Span<byte> head = stackalloc byte[SortedRun.HeadLength];
        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(_entries))
        {
            entry.Key.WriteTo(head);
            BinaryPrimitives.WriteInt32LittleEndian(head[RecordKey.Length..], entry.Length);
            _file.Write(head);
            _file.Write(_bytes.AsSpan(entry.Start, entry.Length));
        }
        _file.Flush();
        _runs.Add((start, _file.Position));
        _entries.Clear();
        _filled = 0;
    }

    private FileStream CreateFile()
    {
        var path = Path.Combine(directory ?? Path.GetTempPath(), "baton-analyze-" + Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 256 << 10 });
        // An open file needs no name there, and without one nothing is left behind, even if the process is killed.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }

    private readonly record struct Entry(RecordKey Key, int Start, int Length);
}
