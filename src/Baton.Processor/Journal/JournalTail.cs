namespace Baton.Processor.Journal;

/// <summary>The journal's end, and the clock that arrival times are taken from: they never run backwards, across restarts either.</summary>
internal sealed class JournalTail(TimeProvider time, long position, long lastArrivalUnixNanos)
{
    private readonly Lock _gate = new();
    private long _position = position;
    private long _lastArrival = lastArrivalUnixNanos;
    private bool _groupUnderWay;

    /// <summary>Where the next group will begin: everything before it can be read.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Assigns the arrival time of a group that is about to be written.</summary>
    public long BeginGroup()
    {
        lock (_gate)
        {
            _groupUnderWay = true;
            return _lastArrival = Math.Max(_lastArrival, Now());
        }
    }

    /// <summary>A group failed: the end stays where it is.</summary>
    public void FailGroup()
    {
        lock (_gate) _groupUnderWay = false;
    }

    /// <summary>Makes a group visible, to the readers that follow first.</summary>
    /// <param name="position">Where it ends.</param>
    /// <param name="readers">Get the group from memory.</param>
    /// <param name="block">The group; null where it is not kept in memory.</param>
    public void EndGroup(long position, ReaderSet readers, JournalBlock? block)
    {
        lock (_gate)
        {
            _groupUnderWay = false;
            readers.Offer(_position, block);
            Volatile.Write(ref _position, position);
        }
    }

    /// <summary>Has a reader get from memory what is written from now on.</summary>
    /// <returns>The tail: what is before it is to be read from the files.</returns>
    public long Follow(ReaderFeed feed)
    {
        lock (_gate)
        {
            feed.Follow(_position);
            return _position;
        }
    }

    /// <summary>A tail and a time such that every later entry is at or after both.</summary>
    /// <remarks>A group that is being written has its time already, and is not before the tail yet: time has not passed it.</remarks>
    public (long Tail, long NowUnixNanos) Observe()
    {
        lock (_gate)
        {
            if (!_groupUnderWay) _lastArrival = Math.Max(_lastArrival, Now());
            return (_position, _lastArrival);
        }
    }

    private long Now() => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
