using System.IO.Compression;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Grpc.Net.Compression;
using ZstdSharp;

namespace Baton.Processor.Forward;

/// <summary>
/// Makes Grpc.Net.Client send a message that is compressed already as it is: the client sets grpc-encoding and the message's compressed
/// flag, and this "compressor" copies. Answers are decompressed in earnest: a server may answer in the request's encoding.
/// </summary>
internal sealed class CompressedPassThrough(PayloadEncoding encoding) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => ContentCoding.NameOf(encoding);

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => new Copy(stream);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream) => encoding == PayloadEncoding.Zstd
        ? new DecompressionStream(stream)
        : new GZipStream(stream, CompressionMode.Decompress);

    private sealed class Copy(Stream target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            // The message comes in one piece: room for exactly that, instead of doubling up to it.
            if (target is MemoryStream memory) memory.Capacity = (int)memory.Length + buffer.Length;
            target.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => target.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
