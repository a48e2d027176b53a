using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Baton.Processor.Configuration.Binding;

/// <summary>What may stand at an option.</summary>
internal abstract record ValueShape;

/// <summary>A single value.</summary>
internal sealed record ScalarShape(ScalarFormat Format) : ValueShape;

/// <summary>A map with the known keys of <paramref name="Type"/>.</summary>
internal sealed record SectionShape(Type Type) : ValueShape;

/// <summary>A list.</summary>
internal sealed record ListShape(Type ItemType, ValueShape Item) : ValueShape;

/// <summary>A name, or a list of names: <see cref="AttributeNames"/>.</summary>
internal sealed record NamesShape : ValueShape;

/// <summary>
/// A map with keys of the user's own. Where <paramref name="Variants"/> is not empty, a key's first part decides on the type of its
/// value.
/// </summary>
internal sealed record MapShape(Type ValueType, ValueShape? Value, IReadOnlyDictionary<string, Type> Variants) : ValueShape;

/// <summary>One option: a property with its key and its shape.</summary>
internal sealed record OptionDescriptor(PropertyInfo Property, string Key, ValueShape Shape, OptionAttribute Attribute);

/// <summary>
/// The options of one type, read once by reflection. A property of a type that cannot be configured is a bug, found by the first test.
/// </summary>
internal sealed class OptionSchema
{
    private static readonly ConcurrentDictionary<Type, OptionSchema> Schemas = new();

    private OptionSchema(Type type)
    {
        Type = type;
        Options =
        [
            .. from property in type.GetProperties()
               let attribute = property.GetCustomAttribute<OptionAttribute>()
               where attribute is not null
               select new OptionDescriptor(property, SnakeCase(property.Name), ShapeOf(property.PropertyType), attribute),
        ];
    }

    /// <summary>The type described.</summary>
    public Type Type { get; }

    /// <summary>Its options, in the order of the code.</summary>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>The keys, as a sentence lists them.</summary>
    public string Keys => string.Join(", ", Options.Select(option => option.Key));

    /// <summary>The schema of a type.</summary>
    public static OptionSchema Of(Type type) => Schemas.GetOrAdd(type, static type => new OptionSchema(type));

    /// <summary>The option of that key, or null.</summary>
    public OptionDescriptor? Find(string key) => Options.FirstOrDefault(option => option.Key == key);

    /// <summary>How a name of the code is spelled in the file.</summary>
    public static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static ValueShape ShapeOf(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (ScalarFormat.TryGet(type, out var format))
            return new ScalarShape(format);
        if (type == typeof(AttributeNames))
            return new NamesShape();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new ListShape(type.GenericTypeArguments[0], ShapeOf(type.GenericTypeArguments[0]));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            var value = type.GenericTypeArguments[1];
            var variants = value.GetCustomAttributes<VariantAttribute>().ToDictionary(variant => variant.Name, variant => variant.Type);
            return new MapShape(value, variants.Count == 0 ? ShapeOf(value) : null, variants);
        }
        return new SectionShape(type);
    }
}
