using System.CommandLine;
using Baton.Processor.Configuration;

namespace Baton.Processor.Commands;

/// <summary><c>baton validate</c>: says every fault of a configuration, or that there is none; starts nothing.</summary>
internal sealed class ValidateCommand(ConfigurationArguments configuration, TextWriter output)
{
    private readonly Option<bool> _print = new("--print")
    {
        Description = "Print the configuration in force, defaults included, secrets masked.",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new Command("validate", "Checks a configuration: exit code 0, or 2 and every fault with its place.");
        configuration.AddTo(command);
        command.Add(_print);
        command.SetAction(parsed => (int)Invoke(parsed));
        return command;
    }

    private ExitCode Invoke(ParseResult parsed)
    {
        if (configuration.Load(parsed) is not { } options)
            return ExitCode.BadUsage;
        if (parsed.GetValue(_print))
            output.Write(EffectiveConfiguration.Of(options));
        else
            output.WriteLine($"{configuration.Sources(parsed)}: no fault.");
        return ExitCode.Done;
    }
}
