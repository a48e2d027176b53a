using System.CommandLine;
using Baton.Processor.Configuration.Options;
using Microsoft.Extensions.Logging.Console;

namespace Baton.Processor.Commands;

/// <summary><c>baton run</c>, which is also what <c>baton</c> alone does: the service, until it is stopped.</summary>
internal sealed class RunCommand(ConfigurationArguments configuration, RunPipeline pipeline)
{
    // ISO 8601: sorts, and is read the same everywhere. The same in both encodings.
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <summary>The command.</summary>
    public Command Create(CancellationToken stop)
    {
        var command = new Command("run", "Runs the service until it is stopped (SIGTERM, Ctrl+C). The default.");
        configuration.AddTo(command);
        command.SetAction(async (parsed, _) => (int)await InvokeAsync(parsed, stop).ConfigureAwait(false));
        return command;
    }

    /// <summary>Reads the configuration and runs.</summary>
    public async Task<ExitCode> InvokeAsync(ParseResult parsed, CancellationToken stop)
    {
        if (configuration.Load(parsed) is not { } options)
            return ExitCode.BadUsage;
        using var loggers = CreateLoggers(options.Service.Telemetry.Logs);
        loggers.CreateLogger("Baton").LogInformation(
            "Baton {Version} starts, with {Sources}", typeof(RunCommand).Assembly.GetName().Version?.ToString(3), configuration.Sources(parsed));
        await pipeline(options, loggers, TimeProvider.System, stop, configuration.Source(parsed)).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>Baton's own logs, on standard error: standard output belongs to the debug exporter.</summary>
    internal static ILoggerFactory CreateLoggers(LogsOptions logs) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(logs.Level switch
        {
            LogsLevel.Debug => LogLevel.Debug,
            LogsLevel.Info => LogLevel.Information,
            LogsLevel.Warn => LogLevel.Warning,
            _ => LogLevel.Error,
        });
        // The web server's own notes are of no use to whoever runs Baton, below a warning.
        builder.AddFilter("Microsoft", logs.Level == LogsLevel.Error ? LogLevel.Error : LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (logs.Encoding == LogsEncoding.Json)
        {
            builder.AddJsonConsole(json => (json.TimestampFormat, json.UseUtcTimestamp) = (Timestamp.TrimEnd(), true));
            return;
        }
        builder.AddSimpleConsole(line =>
        {
            line.SingleLine = true;
            line.TimestampFormat = Timestamp;
            line.UseUtcTimestamp = true;
        });
    });
}
