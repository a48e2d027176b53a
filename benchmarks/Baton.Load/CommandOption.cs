using System.CommandLine;

namespace Baton.Load;

/// <summary>Declares command-line options in one line each.</summary>
internal static class CommandOption
{
    public static Option<T> Of<T>(string name, T otherwise, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    /// <summary>Without a default: null, false, or nothing where it is not given.</summary>
    public static Option<T> Of<T>(string name, string description) => new(name) { Description = description };

    /// <summary>Several values after one name.</summary>
    public static Option<string[]> List(string name, string[] otherwise, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise, AllowMultipleArgumentsPerToken = true };
}
