namespace Baton.Continuity.Scan;

/// <summary>
/// The values of the wanted attributes of the span (or resource) that is being scanned. One owner, one thread.
/// Where a key comes twice the first one counts, as in the Collector's pcommon.Map.
/// </summary>
/// <param name="keys">The wanted keys.</param>
internal sealed class AttributeSlots(KeyIndex keys)
{
    private readonly ScannedValue[] _values = new ScannedValue[keys.Count];
    private readonly uint[] _stamps = new uint[keys.Count];
    private uint _stamp = 1;

    /// <summary>The wanted keys.</summary>
    public KeyIndex Keys => keys;

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        if (++_stamp == 0)
        {
            Array.Clear(_stamps);
            _stamp = 1;
        }
    }

    /// <summary>Takes an attribute's value.</summary>
    public void Offer(int slot, in ScannedValue value)
    {
        if (_stamps[slot] != _stamp)
        {
            _stamps[slot] = _stamp;
            _values[slot] = value;
        }
    }

    /// <summary>An attribute's value; of kind <see cref="ValueKind.Nil"/> where it is absent.</summary>
    public ScannedValue this[int slot] => _stamps[slot] == _stamp ? _values[slot] : default;
}
