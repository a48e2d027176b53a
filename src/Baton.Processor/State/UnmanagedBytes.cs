using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Processor.State;

/// <summary>Memory that FASTER owns and keeps in place, as the rest of the code wants to see it.</summary>
internal sealed class UnmanagedBytes(nint address, int length) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => At(address, length);

    public static Span<byte> At(nint address, int length) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), address), length);

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("The memory is not the runtime's: it does not move.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
