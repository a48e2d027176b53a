namespace Baton.Continuity.Join;

/// <summary>The key of a record of state: 16 bytes, evenly spread.</summary>
/// <param name="High">The first eight bytes.</param>
/// <param name="Low">The last eight bytes.</param>
public readonly record struct StateKey(ulong High, ulong Low);

/// <summary>
/// Where one shard keeps its records, each a short byte string under a key. One thread at a time, the shard's.
/// Implemented in memory (tests, recorded streams) and on FASTER (the service). What is durable when, is the owner's business:
/// the engine sees only the newest value.
/// </summary>
public interface IStateStore : IDisposable
{
    /// <summary>Loads the values of a batch's unloaded slots.</summary>
    /// <param name="batch">The slots; each is loaded by <see cref="StateBatch.SetLoaded"/>, absent keys with an empty value.</param>
    void Load(StateBatch batch);

    /// <summary>Stores the changed slots of a batch: an empty value removes the key.</summary>
    /// <param name="batch">The slots that <see cref="StateBatch.IsChanged"/> names.</param>
    void Commit(StateBatch batch);

    /// <summary>Visits the newest value of every key, in no order. No load or commit meanwhile.</summary>
    /// <param name="visit">Called for each; the value is valid during the call only.</param>
    void Scan(StateVisitor visit);

    /// <summary>The number of keys.</summary>
    long Count { get; }
}

/// <summary>Is shown one record of a store.</summary>
/// <param name="key">Its key.</param>
/// <param name="value">Its value, valid during the call only.</param>
public delegate void StateVisitor(StateKey key, ReadOnlySpan<byte> value);
