using System.Collections;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Baton.Mutants;

/// <summary>One test of an xunit assembly, or one row of a theory, called directly: thousands of mutants cannot wait for a test platform.</summary>
/// <param name="Name">Class, method and arguments.</param>
/// <param name="Method">What is called on a new object of its class.</param>
/// <param name="Arguments">The row; empty for a fact.</param>
internal sealed record TestCase(string Name, MethodInfo Method, object?[] Arguments)
{
    /// <summary>All tests of an assembly in an order that is always the same.</summary>
    public static IReadOnlyList<TestCase> Of(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           where type is { IsClass: true, IsAbstract: false } && type.GetConstructor([]) is not null
           from method in type.GetMethods()
           where method.GetCustomAttributes().Any(attribute => attribute.GetType().Name is "FactAttribute" or "TheoryAttribute")
           from row in Rows(method)
           let name = $"{type.Name}.{method.Name}" + (row.Length == 0 ? "" : $"({string.Join(", ", row)})")
           orderby name
           select new TestCase(name, method, [.. row.Zip(method.GetParameters(), Fitting)]),
    ];

    /// <summary>Runs it; whatever it throws is a failure.</summary>
    public void Run()
    {
        var target = Activator.CreateInstance(Method.DeclaringType!);
        try
        {
            (Method.Invoke(target, Arguments) as Task)?.GetAwaiter().GetResult();
        }
        catch (TargetInvocationException failure)
        {
            ExceptionDispatchInfo.Throw(failure.InnerException!);
        }
        finally
        {
            (target as IDisposable)?.Dispose();
        }
    }

    /// <summary>A number of a row as the test takes it: an attribute can hold few kinds.</summary>
    private static object? Fitting(object? value, ParameterInfo parameter) =>
        parameter.ParameterType is { IsPrimitive: true } type && value is IConvertible number
            ? Convert.ChangeType(number, type, System.Globalization.CultureInfo.InvariantCulture)
            : value;

    private static IEnumerable<object?[]> Rows(MethodInfo method)
    {
        if (method.GetParameters().Length == 0)
        {
            return [[]];
        }
        return method.GetCustomAttributes().SelectMany(attribute => attribute.GetType().Name switch
        {
            "InlineDataAttribute" => [(object?[])attribute.GetType().GetProperty("Data")!.GetValue(attribute)!],
            "MemberDataAttribute" => Members(method.DeclaringType!, (string)attribute.GetType().GetProperty("MemberName")!.GetValue(attribute)!),
            _ => [],
        });
    }

    private static IEnumerable<object?[]> Members(Type type, string name)
    {
        var data = type.GetProperty(name)?.GetValue(null) ?? type.GetMethod(name)!.Invoke(null, []);
        return ((IEnumerable)data!).Cast<object>().Select(row => row as object?[]
            ?? (object?[])row.GetType().GetInterface("ITheoryDataRow")!.GetMethod("GetData")!.Invoke(row, [])!);
    }
}
