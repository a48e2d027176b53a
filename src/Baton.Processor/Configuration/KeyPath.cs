using System.Globalization;

namespace Baton.Processor.Configuration;

/// <summary>How the place of an option is written: <c>continuity.relays[0].deadlines.factor</c>.</summary>
internal static class KeyPath
{
    /// <summary>The path of a key of the map at <paramref name="parent"/> (empty: the root).</summary>
    public static string Child(string parent, string key) => parent.Length == 0 ? key : $"{parent}.{key}";

    /// <summary>The path of an item, from 0, of the list at <paramref name="parent"/>.</summary>
    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
