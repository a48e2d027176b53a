using System.Text.RegularExpressions;
using Baton.Processor.Configuration.Yaml;

namespace Baton.Processor.Configuration.Binding;

/// <summary>How values of the file appear in messages.</summary>
internal static partial class Shown
{
    private const int MaxLength = 60;

    /// <summary>A value as the file has it, quoted; a variable's reference, never what it expands to.</summary>
    public static string Value(ScalarNode node)
    {
        var written = UserInformation().Replace(node.Written.ReplaceLineEndings(" "), "//" + Secret.Mask + "@");
        return $"\"{(written.Length <= MaxLength ? written : written[..MaxLength] + "…")}\"";
    }

    // user:password@ of a URL.
    [GeneratedRegex("//[^/]*@")]
    private static partial Regex UserInformation();

    /// <summary>
    /// Something else stands where <paramref name="expected"/> belongs. The value itself is not shown: nobody knows what it was meant to
    /// be.
    /// </summary>
    public static string WrongShape(Node node, string expected) => node switch
    {
        MapNode => $"is a map; write {expected}",
        ListNode => $"is a list; write {expected}",
        ScalarNode { IsNull: true } => $"has no value; write {expected}",
        _ => $"is a single value; write {expected}",
    };
}
