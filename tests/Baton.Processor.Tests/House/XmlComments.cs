using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Baton.Processor.Tests.House;

/// <summary>The documentation comments of an assembly, as the compiler writes them beside it.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, XElement> _members;

    public XmlComments(Assembly assembly) =>
        _members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

    /// <summary>The text of one element of a property's comment, as Markdown in one line; empty if it has none.</summary>
    public string Of(PropertyInfo property, string element)
    {
        var member = _members.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}")?.Element(element);
        if (member is null)
            return "";
        foreach (var code in member.Descendants("c").ToArray())
            code.ReplaceWith($"`{code.Value}`");
        return Whitespace().Replace(member.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
