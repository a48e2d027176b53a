using System.CommandLine;

namespace Baton.Load.Serving;

/// <summary>The options that both servers of the rig have.</summary>
internal static class ServerOptions
{
    public static Option<int> Port(string name, string what) =>
        new(name) { Description = $"Port for {what} on 127.0.0.1; 0 takes a free one and prints it.", DefaultValueFactory = _ => 0 };

    public static Option<bool> UntilStdinCloses() =>
        new("--until-stdin-closes") { Description = "End when standard input is closed; `compare` starts its servers so." };
}
