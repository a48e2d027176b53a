namespace Baton.Processor.Configuration.Yaml;

/// <summary>
/// <c>--set key=value</c>: the key is a dotted path (<c>journal.max_size</c>), the value is YAML, so a list or a map may be given too. It
/// is one more source, laid over the files.
/// </summary>
internal static class SetArgument
{
    /// <summary>Reads one argument into the map that it stands for; null, with a fault, when it is malformed.</summary>
    /// <remarks>Locations name the key alone, never the value: it may be a secret.</remarks>
    public static Node? Read(string argument, int order, Func<string, string?> environment, List<Fault> faults)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? argument : argument[..equals];
        var at = new SourceLocation($"--set {path}", order, 0, 0);
        var keys = path.Split('.');
        if (equals < 0 || keys.Any(string.IsNullOrWhiteSpace))
        {
            faults.Add(new Fault(at, "", "is not key=value; write the path of an option, e.g. --set journal.max_size=20GiB"));
            return null;
        }

        var value = YamlReader.Read(argument[(equals + 1)..], at.Source, order, environment, faults, path)
            ?? new ScalarNode(at, "", "", 0, IsNull: true);
        foreach (var key in keys.Reverse())
            value = new MapNode(at, [new MapEntry(key, at, value)]);
        return value;
    }
}
