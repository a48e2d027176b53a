using System.Text;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Configuration.Yaml;

namespace Baton.Processor.Configuration;

/// <summary>What came of reading the configuration: the options, or everything that is wrong.</summary>
/// <param name="Options">The options; null if there is a fault.</param>
/// <param name="Faults">Every fault, in the order of the sources.</param>
internal sealed record ConfigurationResult(BatonOptions? Options, IReadOnlyList<Fault> Faults);

/// <summary>
/// Reads the configuration: 1. each source becomes nodes, variables expanded; 2. later sources are laid over earlier ones; 3. nodes are
/// bound to options, by their schema; 4. options are checked against each other. Faults of all steps are reported together, except that
/// binding waits until every source can be read.
/// </summary>
internal static class BatonConfiguration
{
    /// <summary>What stands for a file where none is given.</summary>
    public const string BuiltInName = "built-in defaults";

    /// <summary>
    /// Reads files and <c>--set</c> arguments, later ones over earlier ones; without a file, the built-in defaults are the first source.
    /// </summary>
    /// <param name="files">Paths, as given.</param>
    /// <param name="settings"><c>key=value</c>, as given.</param>
    /// <param name="environment">Answers the value of an environment variable, or null.</param>
    public static ConfigurationResult Load(IReadOnlyList<string> files, IReadOnlyList<string> settings, Func<string, string?> environment)
    {
        var faults = new List<Fault>();
        Node? root = null;
        if (files.Count == 0)
            root = YamlReader.Read(BuiltIn(), BuiltInName, 0, environment, faults);
        for (var i = 0; i < files.Count; i++)
            root = Lay(root, ReadFile(files[i], i, environment, faults), faults);
        for (var i = 0; i < settings.Count; i++)
            root = Lay(root, SetArgument.Read(settings[i], files.Count + i, environment, faults), faults);
        // A fault without a path is a source's as a whole: what it would have held is not known.
        if (root is null || faults.Exists(fault => fault.Path.Length == 0))
            return new ConfigurationResult(null, Sorted(faults));

        var read = faults.ToArray();
        var context = new BindingContext(faults);
        var options = (BatonOptions)new Binder(context).BindSection(typeof(BatonOptions), root, "");
        new Contradictions(options, context).Check();
        // What follows from a value that could not be read (a variable that is not set) is no fault of its own.
        faults.RemoveAll(fault => Array.Exists(read, first => first != fault && first.Path == fault.Path && first.At.IsInLineOf(fault.At)));
        return new ConfigurationResult(faults.Count == 0 ? options : null, Sorted(faults));
    }

    /// <summary>The text of the built-in defaults.</summary>
    public static string BuiltIn()
    {
        using var stream = typeof(BatonConfiguration).Assembly.GetManifestResourceStream("default.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static Node? ReadFile(string path, int order, Func<string, string?> environment, List<Fault> faults)
    {
        var at = new SourceLocation(path, order, 0, 0);
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
            var node = YamlReader.Read(text.TrimStart('\uFEFF'), path, order, environment, faults);
            if (node is not (null or ScalarNode { IsNull: true }) || faults.Exists(fault => fault.At.Order == order))
                return node;
            faults.Add(new Fault(at, "", "is empty; write a configuration, or give no file for the built-in defaults"));
        }
        catch (DecoderFallbackException)
        {
            faults.Add(new Fault(at, "", "is not UTF-8 text; save it as UTF-8"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new Fault(at, "", Directory.Exists(path) ? "is a directory; name a file" : $"cannot be read: {e.Message}"));
        }
        return null;
    }

    private static Node? Lay(Node? below, Node? above, List<Fault> faults)
    {
        if (above is MapNode)
            return below is null ? above : NodeMerge.Over(below, above);
        if (above is not null)
            faults.Add(new Fault(above.At, "", "is not a map; write keys at the top, e.g. receivers:"));
        return below;
    }

    private static Fault[] Sorted(List<Fault> faults) =>
    [
        .. faults.Distinct().OrderBy(fault => fault.At)
            .ThenBy(fault => fault.Path, StringComparer.Ordinal)
            .ThenBy(fault => fault.Message, StringComparer.Ordinal),
    ];
}
