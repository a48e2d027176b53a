namespace Baton.Processor.Configuration.Binding;

/// <summary>
/// Makes a property an option. Its key is the property's name in snake_case; its default is what the property holds in a new instance;
/// its documentation is its XML comment: <c>summary</c> says what it does, <c>remarks</c> why the default is what it is. Validation, the
/// effective configuration and the reference (docs/configuration.md) all come from these.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionAttribute : Attribute
{
    /// <summary>The smallest value allowed, as one would write it in the file.</summary>
    public string? Min { get; init; }

    /// <summary>The largest value allowed, as one would write it in the file.</summary>
    public string? Max { get; init; }

    /// <summary>Has to be given: what to write, completing "is required; …". There is no default then.</summary>
    public string? Required { get; init; }
}

/// <summary>
/// On the abstract type of a map's values: which type an entry gets, by the part of its key before the slash (<c>otlp/tempo</c> is of the
/// type <c>otlp</c>).
/// </summary>
/// <param name="name">The part of the key.</param>
/// <param name="type">The type with the options of such an entry.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class VariantAttribute(string name, Type type) : Attribute
{
    /// <summary>The part of the key.</summary>
    public string Name { get; } = name;

    /// <summary>The type with the options of such an entry.</summary>
    public Type Type { get; } = type;
}
