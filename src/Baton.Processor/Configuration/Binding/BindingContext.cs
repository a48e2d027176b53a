using Baton.Processor.Configuration.Yaml;

namespace Baton.Processor.Configuration.Binding;

/// <summary>What binding leaves behind besides the options: what is wrong, and where each key that was given stands.</summary>
internal sealed class BindingContext(List<Fault> faults)
{
    private readonly Dictionary<string, Node> _given = [];

    /// <summary>Records the value of a path.</summary>
    public void Give(string path, Node value) => _given[path] = value;

    /// <summary>The file holds this path, well-formed or not.</summary>
    public bool IsGiven(string path) => _given.ContainsKey(path);

    /// <summary>The file holds this path, and nothing is wrong with it.</summary>
    public bool IsSound(string path) => IsGiven(path) && !faults.Exists(fault => fault.Path == path);

    /// <summary>Where the path stands, or the nearest part of it that the file holds.</summary>
    public SourceLocation Locate(string path)
    {
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
        {
            if (_given.TryGetValue(path[..end], out var value))
                return value.At;
        }
        return _given[""].At;
    }

    /// <summary>The value of a path for a message: as the file has it, quoted.</summary>
    public string Show(string path) => _given.GetValueOrDefault(path) is ScalarNode node ? Shown.Value(node) : path;

    /// <summary>Records a fault at the path.</summary>
    public void Fault(string path, string message) => Fault(Locate(path), path, message);

    /// <summary>Records a fault at a place of its own.</summary>
    public void Fault(SourceLocation at, string path, string message) => faults.Add(new Fault(at, path, message));
}
