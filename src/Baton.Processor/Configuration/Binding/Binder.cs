using System.Collections;
using Baton.Processor.Configuration.Yaml;

namespace Baton.Processor.Configuration.Binding;

/// <summary>
/// Makes options from nodes, by their schema. It never stops at a fault: what is wrong is recorded and left at its default, so that
/// everything else is checked too.
/// </summary>
internal sealed class Binder(BindingContext context)
{
    private readonly ScalarBinder _scalars = new(context);

    /// <summary>An instance of <paramref name="type"/> with the options that the node gives.</summary>
    public object BindSection(Type type, Node? node, string path)
    {
        var section = Activator.CreateInstance(type)!;
        var map = node as MapNode;
        if (node is not (null or MapNode or ScalarNode { IsNull: true }))
            context.Fault(node.At, path, Shown.WrongShape(node, $"a map with the keys {OptionSchema.Of(type).Keys}"));
        else if (node is not null)
            context.Give(path, node);
        foreach (var entry in map?.Entries ?? [])
        {
            if (OptionSchema.Of(type).Find(entry.Key) is not { } option)
                context.Fault(entry.At, KeyPath.Child(path, entry.Key), UnknownKeys.Explain(path, entry.Key, type));
            else if (Bind(option, entry, KeyPath.Child(path, entry.Key)) is { } value)
                option.Property.SetValue(section, value);
        }
        foreach (var option in OptionSchema.Of(type).Options.Where(option => map?.Find(option.Key) is null))
            RequireMissing(option, section, KeyPath.Child(path, option.Key));
        return section;
    }

    // A section that is not given stands with its defaults; what is required below it is missing all the same.
    private void RequireMissing(OptionDescriptor option, object section, string path)
    {
        if (option.Attribute.Required is { } remedy)
            context.Fault(path, $"is required; {remedy}");
        else if (option.Shape is SectionShape below && option.Property.GetValue(section) is { } defaults)
            OptionSchema.Of(below.Type).Options.ToList().ForEach(inner => RequireMissing(inner, defaults, KeyPath.Child(path, inner.Key)));
    }

    private object? Bind(OptionDescriptor option, MapEntry entry, string path)
    {
        context.Give(path, entry.Value);
        var value = BindShape(option.Shape, entry.Value, path);
        return value is null || _scalars.IsInRange(option, value, (entry.Value as ScalarNode)!, path) ? value : null;
    }

    private object? BindShape(ValueShape shape, Node node, string path) => shape switch
    {
        ScalarShape scalar => _scalars.Bind(scalar.Format, node, path),
        SectionShape section => BindSection(section.Type, node, path),
        ListShape list => BindList(list, node, path),
        MapShape map => BindMap(map, node, path),
        NamesShape => BindNames(node, path),
        _ => throw new InvalidOperationException($"No binding for {shape}."),
    };

    private Array? BindList(ListShape shape, Node node, string path)
    {
        if (node is not ListNode list)
        {
            context.Fault(node.At, path, Shown.WrongShape(node, "a list, e.g. [a, b]"));
            return null;
        }
        var items = new List<object>();
        foreach (var item in list.Items)
        {
            var itemPath = KeyPath.Item(path, items.Count);
            context.Give(itemPath, item);
            // A faulty item keeps its place, so that the paths of those after it stay right; the options are not used then.
            items.Add(BindShape(shape.Item, item, itemPath) ?? (shape.ItemType == typeof(string) ? "" : Activator.CreateInstance(shape.ItemType)!));
        }
        var array = Array.CreateInstance(shape.ItemType, items.Count);
        ((ICollection)items).CopyTo(array, 0);
        return array;
    }

    private AttributeNames? BindNames(Node node, string path)
    {
        if (node is ListNode { Items.Count: 0 })
            context.Fault(node.At, path, $"is empty; write {AttributeNames.Form}");
        else if (node is MapNode)
            context.Fault(node.At, path, Shown.WrongShape(node, AttributeNames.Form));
        else
        {
            var items = node is ListNode list ? list.Items : [node];
            var names = items.Select((item, i) => _scalars.Bind(ScalarFormat.Of(typeof(string)), item, node is ListNode ? KeyPath.Item(path, i) : path));
            return new AttributeNames { Names = [.. names.OfType<string>()] };
        }
        return null;
    }

    private IDictionary? BindMap(MapShape shape, Node node, string path)
    {
        var values = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), shape.ValueType))!;
        if (node is ScalarNode { IsNull: true })
            return values;
        if (node is not MapNode map)
        {
            context.Fault(node.At, path, Shown.WrongShape(node, "a map, e.g. name: value"));
            return null;
        }
        foreach (var entry in map.Entries)
        {
            var entryPath = KeyPath.Child(path, entry.Key);
            context.Give(entryPath, entry.Value);
            var value = shape.Value is not null
                ? BindShape(shape.Value, entry.Value, entryPath)
                : BindVariant(shape, entry, entryPath);
            if (value is not null)
                values[entry.Key] = value;
        }
        return values;
    }

    private object? BindVariant(MapShape shape, MapEntry entry, string path)
    {
        var slash = entry.Key.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? entry.Key : entry.Key[..slash];
        if (shape.Variants.TryGetValue(name, out var type) && slash != entry.Key.Length - 1)
            return BindSection(type, entry.Value, path);
        context.Fault(entry.At, path, slash == entry.Key.Length - 1
            ? $"nothing follows the slash; write {name}, or {name}/ and a name of your own"
            : UnknownKeys.ExplainVariant(name, shape.Variants.Keys));
        return null;
    }
}
