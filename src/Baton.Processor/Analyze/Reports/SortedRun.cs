using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Baton.Processor.Analyze.Reports;

/// <summary>Reads one sorted piece of a temporary file, record by record.</summary>
internal sealed class SortedRun(SafeFileHandle file, long start, long end)
{
    /// <summary>Bytes before each record: its key, and its length.</summary>
    public const int HeadLength = RecordKey.Length + sizeof(int);

    private const int ReadBytes = 64 << 10;

    private byte[] _buffer = new byte[ReadBytes];
    private long _at = start;
    private int _begin;
    private int _filled;
    private int _length;

    /// <summary>The key of the record that was read.</summary>
    public RecordKey Key { get; private set; }

    /// <summary>The record that was read; valid until the next.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(_begin - _length, _length);

    /// <summary>Reads the next record; false at the end.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool Next()
    {
        if (!TryHave(HeadLength))
            return false;
        Key = RecordKey.Read(_buffer.AsSpan(_begin));
        _length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_begin + RecordKey.Length));
        _begin += HeadLength;
        if (!TryHave(_length))
            throw new IOException("the temporary file ends too early");
        _begin += _length;
        return true;
    }

    private bool TryHave(int count)
    {
        if (_filled - _begin >= count)
            return true;
        _buffer.AsSpan(_begin, _filled - _begin).CopyTo(_buffer);
        _filled -= _begin;
        _begin = 0;
        while (_filled < count && _at < end)
        {
            if (count > _buffer.Length)
                Array.Resize(ref _buffer, count);
            var room = _buffer.AsSpan(_filled, (int)Math.Min(_buffer.Length - _filled, end - _at));
            var read = RandomAccess.Read(file, room, _at);
            if (read == 0)
                return false;
            _at += read;
            _filled += read;
        }
        return _filled >= count;
    }
}
