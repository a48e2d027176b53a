using Baton.Continuity.Join;

namespace Baton.Testing.Engine;

/// <summary>Counts how often each record is loaded from a store.</summary>
/// <param name="store">The store; it stays the caller's.</param>
/// <param name="loads">Receives the counts.</param>
internal sealed class CountingStore(IStateStore store, Dictionary<StateKey, int> loads) : IStateStore
{
    public long Count => store.Count;

    public void Load(StateBatch batch)
    {
        for (var slot = batch.FirstUnloaded; slot < batch.Count; slot++)
        {
            var key = batch.KeyOf(slot);
            loads[key] = loads.GetValueOrDefault(key) + 1;
        }
        store.Load(batch);
    }

    public void Commit(StateBatch batch) => store.Commit(batch);

    public void Scan(StateVisitor visit) => store.Scan(visit);

    public void Dispose()
    {
    }
}
