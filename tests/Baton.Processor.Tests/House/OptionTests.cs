using System.Reflection;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Tests.House;

/// <summary>What every option must have: an implementation, a description, and a reason for its default.</summary>
public sealed class OptionTests
{
    private const string ConfigurationNamespace = "Baton.Processor.Configuration";

    [Fact]
    public void No_option_ships_unimplemented()
    {
        using var scan = new IlScan(typeof(BatonOptions).Assembly.Location);
        var calls = scan.Calls().Where(call => call.Method.StartsWith("get_", StringComparison.Ordinal)).ToArray();
        // Read by code that acts on it: outside the folder Configuration; directly, or through a property of the options that is computed
        // from it.
        var acting = calls.Where(call => !call.Caller.StartsWith(ConfigurationNamespace, StringComparison.Ordinal))
            .Select(call => (call.Target, call.Method)).ToHashSet();
        foreach (var call in calls.Where(call => acting.Contains((call.Caller, call.CallerMethod))).ToArray())
            acting.Add((call.Target, call.Method));

        Assert.Empty(Options()
            .Where(option => !HasOneValue(option) && !acting.Contains((option.DeclaringType!.FullName!, option.GetMethod!.Name)))
            .Select(Name));
    }

    [Fact]
    public void Every_option_says_what_it_does_and_why_its_default_is_what_it_is()
    {
        var comments = new XmlComments(typeof(BatonOptions).Assembly);

        Assert.Empty(Options().Where(option => comments.Of(option, "summary").Length == 0).Select(Name));
        Assert.Empty(Options().Where(option => HasDefault(option) && comments.Of(option, "remarks").Length == 0).Select(Name));
    }

    [Fact]
    public void Every_default_is_within_its_range() => Assert.Empty(Options().Where(HasDefault).Where(option =>
    {
        var range = option.GetCustomAttribute<OptionAttribute>()!;
        var format = ScalarFormat.Of(option.PropertyType);
        return DefaultOf(option) is IComparable value
            && ((range.Min is { } min && value.CompareTo(format.Parse(min)) < 0) || (range.Max is { } max && value.CompareTo(format.Parse(max)) > 0));
    }).Select(Name));

    private static IEnumerable<PropertyInfo> Options() => typeof(BatonOptions).Assembly.GetTypes()
        .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(property => property.IsDefined(typeof(OptionAttribute)));

    // There is nothing to decide by (yet): the option exists so that a file may say what is done.
    private static bool HasOneValue(PropertyInfo option) => option.PropertyType.IsEnum && Enum.GetValues(option.PropertyType).Length == 1;

    private static bool HasDefault(PropertyInfo option) => option.GetCustomAttribute<OptionAttribute>()!.Required is null
        && ScalarFormat.TryGet(option.PropertyType, out _) && DefaultOf(option) is not null;

    // What several kinds of section have in common stands in an abstract one; any of them has the default.
    private static object? DefaultOf(PropertyInfo option) => option.GetValue(Activator.CreateInstance(option.DeclaringType!.IsAbstract
        ? option.DeclaringType.Assembly.GetTypes().First(type => !type.IsAbstract && type.IsSubclassOf(option.DeclaringType))
        : option.DeclaringType));

    private static string Name(PropertyInfo option) => $"{option.DeclaringType!.Name}.{option.Name}";
}
