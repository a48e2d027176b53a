using System.Buffers;
using ZstdSharp;

namespace Baton.Processor.Analyze.Input;

/// <summary>Cuts one input into blocks, decompressing it on the way. One thread; it reads ahead of nothing.</summary>
internal sealed class BlockReader : IDisposable
{
    /// <summary>A larger request is refused: it is held in memory as a whole.</summary>
    private const int MaxRequest = 1 << 30;

    // Some hundred spans: enough work for a thread, and little enough that several blocks at once take no memory to speak of.
    private const int BlockBytes = 512 << 10;

    // Longer than what libraries send in one request, so that a document is told from lines.
    private const int HeadBytes = 64 << 10;

    private readonly InputFile _input;
    private readonly FollowedStream _raw;
    private readonly Stream _stream;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;
    private bool _ended;
    private long _line = 1;

    /// <summary>Opens an input and finds out what it is.</summary>
    /// <exception cref="InputException">It cannot be opened, is empty, or of no known format.</exception>
    public static BlockReader Open(InputFile input, Stream standardInput)
    {
        var reader = new BlockReader(input, standardInput);
        try
        {
            reader.Format = reader.Recognize();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private BlockReader(InputFile input, Stream standardInput)
    {
        _input = input;
        (_raw, _stream) = Guarded(() => OpenStream(input, standardInput));
    }

    private InputFormat Recognize()
    {
        Guarded(() => FillTo(HeadBytes));
        if (_filled == 0)
            throw new InputException($"{_input.Name}: is empty");
        var head = _buffer.AsSpan(0, _filled);
        if (head.TrimStart(" \t\r\n"u8).IsEmpty && _ended)
            throw new InputException($"{_input.Name}: holds nothing but white space");
        var format = InputFormats.Of(head);
        if (format == InputFormat.Unknown)
            throw new InputException(
                $"{_input.Name}: is no recorded OTLP; it begins with \"{InputFormats.Begin(head)}\". Expected are JSON lines as the Collector's file exporter writes them, "
                + "one JSON document, or one protobuf ExportTraceServiceRequest, each possibly compressed with gzip");
        return format;
    }

    /// <summary>What it holds.</summary>
    public InputFormat Format { get; private set; }

    /// <summary>Bytes of the file that were read so far. Any thread.</summary>
    public long BytesRead => _raw.BytesRead;

    /// <summary>The next block; null at the end.</summary>
    /// <exception cref="InputException">It cannot be read any further.</exception>
    public InputBlock? Next() => Guarded(() => Format == InputFormat.JsonLines ? NextLines() : NextDocument());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _stream.Dispose();
    }

    private static (FollowedStream Raw, Stream Plain) OpenStream(InputFile input, Stream standardInput)
    {
        var file = input.Open(standardInput);
        var head = new byte[4];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var compression = InputFormats.CompressionOf(head.AsSpan(0, read));
        var raw = new FollowedStream(head.AsMemory(0, read), file, compression == InputCompression.Gzip ? GzipInput.End : default);
        return (raw, compression switch
        {
            InputCompression.Gzip => new GzipInput(raw),
            InputCompression.Zstd => new DecompressionStream(raw, checkEndOfStream: true, leaveOpen: false),
            _ => raw,
        });
    }

    private InputBlock? NextDocument()
    {
        while (!_ended)
            Fill();
        return _filled == 0 ? null : Take(_filled);
    }

    // Whole lines only; what follows the last line feed begins the next block. The last line of all may have none.
    private InputBlock? NextLines()
    {
        while (true)
        {
            var end = _filled >= BlockBytes || _ended ? _buffer.AsSpan(0, _filled).LastIndexOf((byte)'\n') + 1 : 0;
            if (_ended)
                return _filled == 0 ? null : Take(_filled);
            if (end > 0)
                return Take(end);
            Fill();
        }
    }

    private InputBlock Take(int length)
    {
        var start = _buffer.Length == 0 ? 0 : _filled - InputFormats.WithoutMark(_buffer.AsSpan(0, _filled)).Length;
        var block = new InputBlock(_input, Format, _buffer, _line == 1 ? start : 0, _line == 1 ? length - start : length, _line);
        var rest = _buffer.AsSpan(length, _filled - length);
        var next = ArrayPool<byte>.Shared.Rent(Math.Max(BlockBytes, rest.Length));
        rest.CopyTo(next);
        _line += block.Bytes.Count((byte)'\n');
        (_buffer, _filled) = (next, rest.Length);
        return block;
    }

    private void Fill()
    {
        if (_filled == _buffer.Length)
        {
            if (_filled >= MaxRequest)
                throw new InputException($"{_input.Name}: {(Format == InputFormat.JsonLines ? $"line {_line} is" : "it is one request of")} more than 1 GiB; a request is read as a whole");
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        var read = _stream.Read(_buffer.AsSpan(_filled));
        _ended = read == 0;
        _filled += read;
    }

    private bool FillTo(int bytes)
    {
        while (!_ended && _filled < bytes)
            Fill();
        return true;
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ZstdException)
        {
            throw new InputException($"{_input.Name}: cannot be read to its end: {e.Message}");
        }
    }
}
