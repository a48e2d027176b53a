using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Baton.Fuzzing;

/// <summary>The map of edges that instrumented code counts in, where no afl-fuzz provides one. Code that is not instrumented leaves it empty.</summary>
internal static unsafe class Coverage
{
    private const int MapSize = 1 << 16;

    private static byte* _map;

    /// <summary>Provides a map. Before that, instrumented code cannot run.</summary>
    public static void Attach()
    {
        if (_map is null)
            Trace.SharedMem = _map = (byte*)NativeMemory.AllocZeroed(MapSize);
    }

    /// <summary>Begins an input.</summary>
    public static void Clear()
    {
        new Span<byte>(_map, MapSize).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>The edges taken since <see cref="Clear"/>. How often each was taken is left to afl-fuzz: a corpus is to be small.</summary>
    public static IReadOnlyList<int> Edges()
    {
        var edges = new List<int>();
        for (var edge = 0; edge < MapSize; edge++)
        {
            if (_map[edge] != 0)
                edges.Add(edge);
        }
        return edges;
    }
}
