using System.Reflection;
using Baton.Continuity.Judge;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Tests.House;

/// <summary>The rules of the house that can be proven.</summary>
public sealed class HouseTests
{
    private static readonly Assembly Continuity = typeof(Engine).Assembly;
    private static readonly Assembly Processor = typeof(BatonOptions).Assembly;

    [Fact]
    public void The_pure_library_references_the_runtime_and_the_messages_of_OTLP_alone() => Assert.DoesNotContain(
        Continuity.GetReferencedAssemblies().Select(reference => reference.Name!),
        name => !name.StartsWith("System.", StringComparison.Ordinal) && name is not ("OpenTelemetry.Proto" or "Google.Protobuf"));

    [Fact]
    public void FASTER_is_used_in_the_folder_State_alone()
    {
        const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var users = Processor.GetTypes().Where(type =>
            type.GetMembers(Everything).SelectMany(TypesOf).Append(type.BaseType).Concat(type.GetInterfaces()).Any(IsFaster)).ToArray();

        using var scan = new IlScan(Processor.Location);
        var callers = scan.Calls()
            .Where(call => call.Target.StartsWith("FASTER.", StringComparison.Ordinal) && !call.Caller.StartsWith("Baton.Processor.State.", StringComparison.Ordinal));

        Assert.NotEmpty(users);
        Assert.All(users, type => Assert.Equal("Baton.Processor.State", type.Namespace));
        Assert.Empty(callers);
    }

    [Fact]
    public void No_clock_is_read_where_time_is_an_argument()
    {
        // P:System.DateTime.Now;… or M:System.Guid.NewGuid;…, as the analyzer reads it at build time.
        var banned = File.ReadLines(Repository.PathOf("BannedSymbols.txt")).Select(line => line.Split(';')[0])
            .Select(symbol => (Dot: symbol.LastIndexOf('.'), Symbol: symbol))
            .Select(symbol => (
                Type: symbol.Symbol[2..symbol.Dot],
                Method: (symbol.Symbol[0] == 'P' ? "get_" : "") + symbol.Symbol[(symbol.Dot + 1)..].Split('(')[0]))
            .ToHashSet();
        Assert.Contains(("System.DateTime", "get_UtcNow"), banned);

        foreach (var assembly in new[] { Continuity, Processor })
        {
            using var scan = new IlScan(assembly.Location);
            Assert.Contains(scan.Calls(), call => call is { Target: "System.Math", Method: "Max" });
            Assert.DoesNotContain(scan.Calls(), call => banned.Contains((call.Target, call.Method)));
        }
    }

    [Fact]
    public void No_type_is_called_Manager_Helper_Util_or_Service()
    {
        string[] vague = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Service"];

        Assert.DoesNotContain(
            Continuity.GetTypes().Concat(Processor.GetTypes()).Where(type => type.Namespace?.StartsWith("Baton.", StringComparison.Ordinal) == true),
            type => vague.Any(word => type.Name.Split('`')[0].EndsWith(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void Nine_of_ten_files_have_at_most_200_lines()
    {
        var files = new[] { "src/Baton.Continuity", "src/Baton.Processor" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToArray();

        var tooLong = files.Where(file => File.ReadLines(file).Count() > 200).Select(file => Path.GetRelativePath(Repository.Root, file)).ToArray();

        Assert.True(tooLong.Length * 10 <= files.Length, $"{tooLong.Length} of {files.Length} files: {string.Join(", ", tooLong)}");
    }

    private static bool IsFaster(Type? type) => type is not null
        && (type.Namespace?.StartsWith("FASTER", StringComparison.Ordinal) == true
            || (type.HasElementType && IsFaster(type.GetElementType()))
            || (type.IsGenericType && type.GenericTypeArguments.Any(IsFaster)));

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).Concat(LocalsOf(method)),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType).Concat(LocalsOf(constructor)),
        _ => [],
    };

    private static IEnumerable<Type> LocalsOf(MethodBase method) => method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [];
}
