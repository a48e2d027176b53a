using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

/// <summary>
/// Builds the event section of one journal entry in a pooled buffer. One owner, one thread; reused for entry after entry.
/// A record is begun, its parts are appended in the order that its header states, and it is ended.
/// </summary>
public sealed class EventWriter : IDisposable
{
    private const int InitialSize = 4096;

    /// <summary>A larger buffer, which only an unusual request needs, is given back.</summary>
    private const int MaxKept = 4 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _length;
    private int _record;

    /// <summary>The records written so far; valid until the next append.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Forgets all records and keeps the buffer, unless it has grown out of the usual.</summary>
    public void Clear()
    {
        _length = 0;
        if (_buffer.Length > MaxKept)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
        }
    }

    /// <summary>Drops what was written after a point: a record that turned out to be none.</summary>
    /// <param name="length">A former length of <see cref="Written"/>.</param>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>Begins a record with its fixed part; the length is filled in by <see cref="End"/>.</summary>
    /// <typeparam name="THeader">The record's fixed part.</typeparam>
    /// <param name="header">Its values.</param>
    /// <returns>The record's offset, for <see cref="HeaderAt{THeader}"/>.</returns>
    public int Begin<THeader>(in THeader header)
        where THeader : unmanaged
    {
        _record = _length;
        Append(header);
        return _record;
    }

    /// <summary>Appends a fixed part, such as a role or a link.</summary>
    /// <typeparam name="TPart">An unmanaged part of a record.</typeparam>
    /// <param name="part">Its value.</param>
    public void Append<TPart>(in TPart part)
        where TPart : unmanaged => MemoryMarshal.Write(Reserve(Unsafe.SizeOf<TPart>()), in part);

    /// <summary>Appends a text; bytes beyond 65,535 are cut.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="value">UTF-8 bytes.</param>
    /// <param name="index">Which one, for kinds that come more than once.</param>
    public void AppendText(TextKind kind, ReadOnlySpan<byte> value, int index = 0)
    {
        value = value[..Math.Min(value.Length, ushort.MaxValue)];
        Append(new EventText(kind, (ushort)index, (ushort)value.Length));
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>Appends bytes as they are.</summary>
    /// <param name="bytes">What to append.</param>
    public void AppendBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Ends the record that was begun last: its length is known now.</summary>
    public void End() => MemoryMarshal.Write(_buffer.AsSpan(_record), (uint)(_length - _record));

    /// <summary>The fixed part of a record written before, to complete what was not known then; valid until the next append.</summary>
    /// <typeparam name="THeader">The record's fixed part.</typeparam>
    /// <param name="offset">What <see cref="Begin{THeader}"/> returned.</param>
    public ref THeader HeaderAt<THeader>(int offset)
        where THeader : unmanaged => ref MemoryMarshal.AsRef<THeader>(_buffer.AsSpan(offset));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _length = 0;
        }
    }

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
