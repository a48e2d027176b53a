using System.CommandLine;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Commands;

/// <summary>
/// The arguments that every command with a configuration takes: <c>--config FILE</c> and <c>--set key=value</c>, each repeatable.
/// </summary>
internal sealed class ConfigurationArguments(TextWriter error, Func<string, string?> environment)
{
    private readonly Option<string[]> _files = new("--config")
    {
        HelpName = "FILE",
        Description = "A configuration file; may be repeated, later files override earlier ones. Without any: the built-in defaults.",
    };

    private readonly Option<string[]> _settings = new("--set")
    {
        HelpName = "key=value",
        Description = "One option, over the files: --set journal.max_size=20GiB; may be repeated.",
    };

    /// <summary>Lets a command take them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_files);
        command.Add(_settings);
    }

    /// <summary>What the configuration was read from, for people.</summary>
    public string Sources(ParseResult parsed) => Files(parsed) is { Length: > 0 } files ? string.Join(", ", files) : BatonConfiguration.BuiltInName;

    /// <summary>The options; null, with every fault on the error stream, when there is one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="implied">Settings that the command implies, over all others.</param>
    public BatonOptions? Load(ParseResult parsed, params string[] implied)
    {
        var result = Source(parsed, implied).Load();
        foreach (var fault in result.Faults)
            error.WriteLine(fault);
        if (result.Faults.Count > 0)
            error.WriteLine(result.Faults.Count == 1 ? "1 fault in the configuration." : $"{result.Faults.Count} faults in the configuration.");
        return result.Options;
    }

    /// <summary>What to read again when the files change.</summary>
    public ConfigurationSource Source(ParseResult parsed, params string[] implied) =>
        new(Files(parsed), [.. parsed.GetValue(_settings) ?? [], .. implied], environment);

    private string[] Files(ParseResult parsed) => parsed.GetValue(_files) ?? [];
}
