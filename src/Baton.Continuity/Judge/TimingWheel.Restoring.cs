using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>What a restart finds again: traces come in any order, each with the handle that it had, and entries get their places back, so that nothing need be written for it.</summary>
internal sealed partial class TimingWheel
{
    /// <summary>Gives a trace its entry back, parked. All are restored before anything else is done with the wheel.</summary>
    /// <param name="handle">What the trace's last call returned before the restart.</param>
    /// <param name="trace">The trace.</param>
    /// <returns>The entry: the handle, or where another has its place, an entry of which the trace does not know.</returns>
    public int Restore(int handle, TraceId trace)
    {
        if (handle < Sentinels || (handle < _used && At(handle).Previous >= 0))
        {
            handle = Add(trace);
        }
        else
        {
            for (; _used <= handle; _used++)
            {
                MakeRoom();
                At(_used).Previous = -1;
            }
            At(handle).Trace = trace;
            At(handle).Oldest = long.MaxValue;
            Count++;
        }
        PutAside(handle, Never);
        return handle;
    }

    /// <summary>All are restored: places that are left between them are free.</summary>
    public void EndRestore()
    {
        for (var node = _used - 1; node >= Sentinels; node--)
        {
            if (At(node).Previous < 0)
            {
                At(node).Next = _free;
                _free = node;
            }
        }
    }
}
