using System.Buffers;
using System.Runtime.InteropServices;
using Baton.Processor.Journal;
using Baton.Processor.Receive;

namespace Baton.Processor.Forward;

/// <summary>
/// What goes downstream in one call: the payloads of one or more entries of one signal and one encoding. Serialized export requests
/// concatenate, because their only field is repeated; so merging is writing one payload after the other, and no span is touched.
/// Compressed payloads are never merged.
/// </summary>
/// <remarks>
/// The parts are slices of journal blocks, each held by a reference until <see cref="Dispose"/>. Filled by one thread, then only read.
/// The transport may still
/// be serializing an attempt that was given up (its deadline passed), so reading and releasing exclude each other.
/// </remarks>
internal sealed class ExportRequest : IDisposable
{
    private readonly List<ExportPart> _parts = [];
    private readonly Memory _memory;

    /// <summary>An empty request.</summary>
    public ExportRequest(OtlpSignal signal, PayloadEncoding encoding)
        : this(signal, encoding, new Memory())
    {
    }

    private ExportRequest(OtlpSignal signal, PayloadEncoding encoding, Memory memory)
    {
        Signal = signal;
        Encoding = encoding;
        _memory = memory;
    }

    /// <summary>The signal of every part.</summary>
    public OtlpSignal Signal { get; }

    /// <summary>The encoding of every part.</summary>
    public PayloadEncoding Encoding { get; }

    /// <summary>Bytes of all payloads.</summary>
    public int Length { get; private set; }

    /// <summary>Spans (points, records) of all parts.</summary>
    public int SpanCount { get; private set; }

    /// <summary>The entries, in the journal's order.</summary>
    public ReadOnlySpan<ExportPart> Parts => CollectionsMarshal.AsSpan(_parts);

    /// <summary>Adds a part. The request takes a reference of its own to <paramref name="owner"/>, unless it holds one already.</summary>
    public void Add(in ExportPart part, JournalBlock owner)
    {
        Add(part);
        // Parts come block by block, so only the last owner can be the same.
        if (_memory.Owners.Count > 0 && ReferenceEquals(_memory.Owners[^1], owner)) return;
        owner.AddRef();
        _memory.Owners.Add(owner);
    }

    /// <summary>Adds a part whose memory nobody else holds; it is released with the request.</summary>
    public void AddOwned(in ExportPart part, IDisposable owner)
    {
        Add(part);
        _memory.Owners.Add(owner);
    }

    /// <summary>
    /// A request of some of the parts. It shares the memory, which is released with the whole: it must not be used after that, and need
    /// not be disposed.
    /// </summary>
    public ExportRequest Slice(Range range)
    {
        var slice = new ExportRequest(Signal, Encoding, _memory);
        foreach (ref readonly var part in Parts[range]) slice.Add(part);
        return slice;
    }

    /// <summary>The same request, decompressed; null where it is plain already, released, or not in the encoding that its sender stated.</summary>
    public ExportRequest? TryDecompress()
    {
        if (Encoding == PayloadEncoding.Identity) return null;
        var plain = new ExportRequest(Signal, PayloadEncoding.Identity);
        lock (_memory)
        {
            foreach (ref readonly var part in Parts)
            {
                if (_memory.Released || PlainPayload.TryRead(part.Payload, Encoding) is not { } bytes)
                {
                    plain.Dispose();
                    return null;
                }
                plain.AddOwned(part with { Payload = bytes.Bytes }, bytes);
            }
        }
        return plain;
    }

    /// <summary>The same spans in other bytes: those of all parts are given, in one piece, to be written anew.</summary>
    /// <param name="encoding">What the new bytes are in.</param>
    /// <param name="write">Gets the bytes and, empty, their successor.</param>
    /// <exception cref="OperationCanceledException">The request has been released.</exception>
    public ExportRequest Rewrite(PayloadEncoding encoding, Action<ReadOnlyMemory<byte>, PooledBytes> write)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, Length));
        if (!TryWriteTo(bytes)) throw new OperationCanceledException("The request has been released.");
        var owner = new PooledPart();
        write(bytes.WrittenMemory, owner.Bytes);
        var rewritten = new ExportRequest(Signal, encoding);
        rewritten.AddOwned(new ExportPart(owner.Bytes.Written, EntryKind.Traces, SpanCount, 0), owner);
        return rewritten;
    }

    /// <summary>Writes the payloads one after the other; false, and nothing written, when the request has been released already.</summary>
    public bool TryWriteTo(IBufferWriter<byte> writer)
    {
        lock (_memory)
        {
            if (_memory.Released) return false;
            foreach (ref readonly var part in Parts) writer.Write(part.Payload.Span);
            return true;
        }
    }

    /// <summary>Releases the memory. Only the counts may be used afterwards.</summary>
    public void Dispose()
    {
        lock (_memory)
        {
            if (_memory.Released) return;
            _memory.Released = true;
            foreach (var owner in _memory.Owners) owner.Dispose();
        }
    }

    private void Add(in ExportPart part)
    {
        _parts.Add(part);
        Length += part.Payload.Length;
        SpanCount += part.SpanCount;
    }

    // What Baton wrote itself is bounded by what it read.
    private sealed class PooledPart : IDisposable
    {
        public PooledBytes Bytes { get; } = new(new Admission(long.MaxValue));

        public void Dispose() => Bytes.Release();
    }

    // Who must be told when the parts are no longer read; also the lock between the two.
    private sealed class Memory
    {
        public List<IDisposable> Owners { get; } = [];

        public bool Released { get; set; }
    }
}
