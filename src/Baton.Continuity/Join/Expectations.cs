using System.Buffers;
using System.Text;

namespace Baton.Continuity.Join;

/// <summary>
/// Lists of expected values, under numbers that outlive a change of the configuration: a handoff remembers by bits which values of its
/// list have completed, and must not be read by another. A list is never taken out; there are as many as a configuration ever had.
/// </summary>
internal sealed class Expectations
{
    private readonly List<List> _lists = [];

    /// <summary>Whether any relay expects, or once expected, named values.</summary>
    public bool Any => _lists.Count > 0;

    /// <summary>The number of a list, from 1 on; 0 for the empty one.</summary>
    public ushort NumberOf(IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return 0;
        }
        var known = _lists.FindIndex(list => list.Values.SequenceEqual(values));
        if (known < 0 && _lists.Count < ushort.MaxValue)
        {
            known = _lists.Count;
            _lists.Add(new List([.. values], [.. values.Select(Encoding.UTF8.GetBytes)]));
        }
        return (ushort)(known + 1);
    }

    /// <summary>The values of a list.</summary>
    public IReadOnlyList<string> Of(int number) => number == 0 ? [] : _lists[number - 1].Values;

    /// <summary>The place of a value in a list; -1 if it is not there.</summary>
    public int PlaceOf(int number, ReadOnlySpan<byte> value)
    {
        var values = _lists[number - 1].Bytes;
        for (var i = 0; i < values.Length; i++)
        {
            if (value.SequenceEqual(values[i]))
            {
                return i;
            }
        }
        return -1;
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        var count = _lists.Count;
        output.Write([(byte)count, (byte)(count >> 8)]);
        foreach (var list in _lists)
        {
            output.Write([(byte)list.Values.Length]);
            foreach (var value in list.Values)
            {
                RelayFacts.Write(output, value);
            }
        }
    }

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        _lists.Clear();
        var count = input[0] | input[1] << 8;
        input = input[2..];
        for (; count > 0; count--)
        {
            var values = new string[input[0]];
            input = input[1..];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = RelayFacts.ReadText(ref input);
            }
            NumberOf(values);
        }
    }

    private sealed record List(string[] Values, byte[][] Bytes);
}
