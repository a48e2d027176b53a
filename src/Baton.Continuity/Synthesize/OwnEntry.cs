using System.Buffers;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Synthesize;

/// <summary>What the engine asks to be written to the journal: its verdicts, and the spans that tell them.</summary>
/// <param name="Events">The event section: one record per verdict.</param>
/// <param name="Payload">A serialized ExportTraceServiceRequest; empty where no span tells it.</param>
/// <param name="SpanCount">Spans in the payload.</param>
public readonly record struct OwnEntry(ReadOnlyMemory<byte> Events, ReadOnlyMemory<byte> Payload, int SpanCount)
{
    /// <summary>Its memory is the array pool's.</summary>
    internal bool IsPooled { get; init; }

    /// <summary>Gives its memory back, once it is written: it is not to be used any more. An entry that is never released is garbage as any other.</summary>
    public void Release()
    {
        if (IsPooled)
        {
            Release(Events);
            Release(Payload);
        }
    }

    private static void Release(ReadOnlyMemory<byte> memory)
    {
        if (MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { Length: > 0 } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
