using Baton.Load.Wire;

namespace Baton.Load.Generate;

/// <summary>One frame to send, and how many jobs it publishes that no request before it had.</summary>
internal readonly record struct Outgoing(ReadOnlyMemory<byte> Frame, int NewJobs);

/// <summary>The requests of one call slot: one at a time, so that a frame may be overwritten once its call is over.</summary>
internal abstract class Requests
{
    public abstract string? Encoding { get; }

    public abstract Outgoing Next();

    /// <summary>
    /// The requests that complete what is still open and publish nothing more: null when none is left. They are sent after the
    /// load, so that whoever watches the jobs ends with none open.
    /// </summary>
    public abstract Outgoing? NextLast();
}

/// <summary>Plain requests: one copy of the template, stamped anew for every call.</summary>
internal sealed class StampedRequests(RequestTemplate template, IdStream ids, int jobLag, TimeProvider clock) : Requests
{
    private readonly byte[] _copy = template.Frame.ToArray();
    private long _sequence;
    private int _closed;

    public override string? Encoding => null;

    public override Outgoing Next() => Stamped(publishes: true);

    public override Outgoing? NextLast() => _closed++ < Math.Min(jobLag, _sequence) ? Stamped(publishes: false) : null;

    private Outgoing Stamped(bool publishes)
    {
        long sequence = _sequence++;
        bool completes = sequence >= jobLag;
        template.Apply(_copy, ids, new Stamp(sequence, sequence - jobLag, UnixTime.Nanoseconds(clock), publishes, completes));
        return new Outgoing(_copy, publishes ? template.Jobs : 0);
    }
}

/// <summary>Compressed requests from a pool that all slots share and go round in.</summary>
internal sealed class PooledRequests(GzipPool pool) : Requests
{
    public override string? Encoding => "gzip";

    public override Outgoing Next() => pool.Next();

    public override Outgoing? NextLast() => null;
}
