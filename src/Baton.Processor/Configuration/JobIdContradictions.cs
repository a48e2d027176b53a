using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Configuration;

/// <summary>What cannot be meant in the <c>job_id</c> of relays; part of <see cref="RelayContradictions"/>.</summary>
internal sealed class JobIdContradictions(ContinuitySection continuity, BindingContext context)
{
    /// <summary>Different keys over all relays: a set of them is kept as the bits of one number.</summary>
    private const int MaxKeys = 64;

    private const int MaxAttributes = 8;

    /// <summary>Records every contradiction.</summary>
    public void Check()
    {
        var known = new HashSet<string>();
        for (var i = 0; i < continuity.Relays.Count; i++)
        {
            var path = KeyPath.Child(KeyPath.Item("continuity.relays", i), "job_id");
            if (continuity.Relays[i].JobId is { Count: 0 })
                context.Fault(path, "is empty; write what names a job on both sides, e.g. [messaging.message.id], or remove the key");
            Check(continuity.Relays[i].JobId ?? [], path, known);
        }
        Check(continuity.DefaultRelay.JobId, "continuity.default_relay.job_id", known);
    }

    private void Check(IReadOnlyList<AttributeNames> keys, string path, HashSet<string> known)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            var item = KeyPath.Item(path, i);
            var names = keys[i].Names;
            var before = Enumerable.Range(0, i).FirstOrDefault(other => keys[other].Names.Order().SequenceEqual(names.Order()), -1);
            if (names.Count == 0)
                continue; // told already
            if (names.GroupBy(name => name).FirstOrDefault(name => name.Count() > 1)?.Key is { } twice)
                context.Fault(item, $"names {twice} twice; once is enough");
            else if (names.Count > MaxAttributes)
                context.Fault(item, $"takes {names.Count} attributes together; write at most {MaxAttributes}");
            else if (before >= 0)
                context.Fault(item, $"is the same key as {KeyPath.Item("job_id", before)}; remove one of the two");
            else if (known.Add(keys[i].ToString()) && known.Count == MaxKeys + 1)
                context.Fault(item, $"is one more than {MaxKeys} different keys over all relays; use the same ones in several relays");
        }
    }
}
