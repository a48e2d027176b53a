namespace Baton.Continuity.Join;

/// <summary>A store in memory, for recorded streams and tests: nothing outlives the process.</summary>
public sealed class MemoryStateStore : IStateStore
{
    private readonly Dictionary<StateKey, byte[]> _values = [];

    /// <inheritdoc/>
    public long Count => _values.Count;

    /// <inheritdoc/>
    public void Load(StateBatch batch)
    {
        for (var slot = batch.FirstUnloaded; slot < batch.Count; slot++)
        {
            batch.SetLoaded(slot, _values.GetValueOrDefault(batch.KeyOf(slot)));
        }
        batch.EndLoad();
    }

    /// <inheritdoc/>
    public void Commit(StateBatch batch)
    {
        for (var slot = 0; slot < batch.Count; slot++)
        {
            if (!batch.IsChanged(slot))
            {
                continue;
            }
            if (batch.ValueOf(slot).IsEmpty)
            {
                _values.Remove(batch.KeyOf(slot));
            }
            else
            {
                _values[batch.KeyOf(slot)] = batch.ValueOf(slot).ToArray();
            }
        }
    }

    /// <inheritdoc/>
    public void Scan(StateVisitor visit)
    {
        foreach (var (key, value) in _values)
        {
            visit(key, value);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _values.Clear();
}
