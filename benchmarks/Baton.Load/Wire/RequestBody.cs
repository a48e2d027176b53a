using System.Buffers;
using System.IO.Pipelines;

namespace Baton.Load.Wire;

/// <summary>A request's body in one pooled array. Whoever reads it disposes it, and touches <see cref="Memory"/> no more.</summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly byte[] _array;
    private readonly int _length;

    private RequestBody(byte[] array, int length)
    {
        _array = array;
        _length = length;
    }

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, _length);

    /// <summary>Reads to the end. Bytes are taken from the pipe as they come, so that HTTP/2's flow control never waits for us.</summary>
    public static async ValueTask<RequestBody> ReadAsync(PipeReader reader, long? length, CancellationToken stop)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent((int)Math.Min(length ?? 64 * 1024, 1 << 26));
        int filled = 0;
        while (true)
        {
            var read = await reader.ReadAsync(stop);
            int arrived = (int)read.Buffer.Length;
            if (filled + arrived > array.Length) array = Grow(array, filled, filled + arrived);
            read.Buffer.CopyTo(array.AsSpan(filled));
            filled += arrived;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return new RequestBody(array, filled);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_array);

    private static byte[] Grow(byte[] array, int filled, int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, array.Length * 2));
        array.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(array);
        return larger;
    }
}
