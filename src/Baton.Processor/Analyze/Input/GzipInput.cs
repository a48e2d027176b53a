using System.IO.Compression;

namespace Baton.Processor.Analyze.Input;

/// <summary>
/// Decompresses gzip of one or several members, and knows a file that was cut short. The framework's stream takes one for complete, and
/// ignores what follows the last member; so a member of our own is read after the file, and comes out only if the file ended where a member does.
/// </summary>
internal sealed class GzipInput : ReadOnlyStream
{
    private static readonly byte[] EndMark = [0x9D, 0xBA, 0x70, 0x4E, 0x0D, 0xE4, 0xD0, 0xFB, 0x0D, 0x51, 0x0A, 0x00];
    private static readonly byte[] EndMember = Compress(EndMark);

    private readonly GZipStream _gzip;

    // What was decompressed and not given out: as much as the mark is long is held back, as it may be the mark.
    private readonly byte[] _held = new byte[64 << 10];
    private int _start;
    private int _end;
    private bool _ended;

    /// <param name="compressed">The file; this stream owns it.</param>
    public GzipInput(FollowedStream compressed) => _gzip = new GZipStream(compressed, CompressionMode.Decompress);

    /// <summary>What stands behind the file: to be given to the <see cref="FollowedStream"/>.</summary>
    public static ReadOnlyMemory<byte> End => EndMember;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">It is not gzip, or damaged, or ends too early; what came before has been read.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_end - _start <= EndMark.Length && !_ended)
            Fill();
        var count = Math.Min(buffer.Length, _end - _start - EndMark.Length);
        if (count > 0)
        {
            _held.AsSpan(_start, count).CopyTo(buffer);
            _start += count;
            return count;
        }
        return _held.AsSpan(_start, _end - _start).SequenceEqual(EndMark)
            ? 0
            : throw Malformed();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gzip.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _held.AsSpan(_start, _end - _start).CopyTo(_held);
            _end -= _start;
            _start = 0;
        }
        try
        {
            var read = _gzip.Read(_held.AsSpan(_end));
            _ended = read == 0;
            _end += read;
        }
        catch (InvalidDataException)
        {
            throw Malformed();
        }
    }

    // The framework's own words name causes that it cannot know.
    private static InvalidDataException Malformed() =>
        new("the gzip data ends too early, is damaged, or has something else behind it: perhaps it was cut short, or is still being written");

    private static byte[] Compress(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(data);
        return compressed.ToArray();
    }
}
