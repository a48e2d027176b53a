using System.Collections;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Configuration;

/// <summary>In which options two configurations differ. Secrets are compared, and never shown.</summary>
internal static class ConfigurationChanges
{
    /// <summary>The keys of the options that differ; of lists and maps of the user's own the key of the whole.</summary>
    public static IReadOnlyList<string> Between(BatonOptions before, BatonOptions after)
    {
        var changes = new List<string>();
        Compare(typeof(BatonOptions), before, after, "", changes);
        return changes;
    }

    /// <summary>Whether two sections say the same.</summary>
    public static bool AreSame(object before, object after)
    {
        if (before.GetType() != after.GetType()) return false;
        var changes = new List<string>();
        Compare(before.GetType(), before, after, "", changes);
        return changes.Count == 0;
    }

    private static void Compare(Type type, object before, object after, string path, List<string> changes)
    {
        foreach (var option in OptionSchema.Of(type).Options)
        {
            var (old, now) = (option.Property.GetValue(before), option.Property.GetValue(after));
            var key = KeyPath.Child(path, option.Key);
            if (option.Shape is SectionShape section && old is not null && now is not null)
                Compare(section.Type, old, now, key, changes);
            else if (!Same(option.Shape, old, now))
                changes.Add(key);
        }
    }

    private static bool Same(ValueShape shape, object? before, object? after) => (before, after) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => shape switch
        {
            ListShape list => SameItems(list.Item, ((IEnumerable)before).Cast<object>(), ((IEnumerable)after).Cast<object>()),
            MapShape map => SameEntries(map, (IDictionary)before, (IDictionary)after),
            SectionShape => AreSame(before, after),
            NamesShape => ((AttributeNames)before).Names.SequenceEqual(((AttributeNames)after).Names),
            _ => before.Equals(after),
        },
    };

    private static bool SameItems(ValueShape item, IEnumerable<object> before, IEnumerable<object> after)
    {
        var (old, now) = (before.ToArray(), after.ToArray());
        return old.Length == now.Length && old.Zip(now).All(pair => Same(item, pair.First, pair.Second));
    }

    private static bool SameEntries(MapShape map, IDictionary before, IDictionary after) =>
        before.Count == after.Count && before.Keys.Cast<object>().All(key =>
            after.Contains(key) && (map.Value is { } value ? Same(value, before[key], after[key]) : AreSame(before[key]!, after[key]!)));
}
