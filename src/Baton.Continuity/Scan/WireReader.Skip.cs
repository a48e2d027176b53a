namespace Baton.Continuity.Scan;

// What is passed over: fields that Baton does not know or need. They must be well formed all the same.
internal ref partial struct WireReader
{
    /// <summary>Passes over a field whose value is of no interest.</summary>
    public void Skip(uint tag)
    {
        switch (tag & 7)
        {
            case 0:
                Varint();
                break;
            case 1:
                Advance(8);
                break;
            case 2:
                Advance(Length());
                break;
            case 3:
                SkipGroup(tag);
                break;
            case 4:
                Refuse(WireFault.UnopenedGroup, Position);
                break;
            case 5:
                Advance(4);
                break;
            default:
                Refuse(WireFault.WireType, Position);
                break;
        }
    }

    private void SkipGroup(uint start)
    {
        if (++_depth > MaxDepth)
        {
            Refuse(WireFault.TooDeep, Position);
        }
        while (Next(out var tag))
        {
            if (tag == start + 1)
            {
                _depth--;
                return;
            }
            Skip(tag);
        }
        Refuse(WireFault.UnclosedGroup, Position);
    }

    private bool Advance(int count)
    {
        if (End - Position < count)
        {
            Refuse(WireFault.CutOff, Position);
            return false;
        }
        Position += count;
        return true;
    }
}
