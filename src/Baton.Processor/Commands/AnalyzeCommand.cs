using System.CommandLine;
using Baton.Processor.Analyze;
using Baton.Processor.Analyze.Input;
using Baton.Processor.Analyze.Reports;
using Baton.Processor.Configuration;
using Baton.Processor.Watch;

namespace Baton.Processor.Commands;

/// <summary>
/// <c>baton analyze</c>: what Baton would have concluded of recorded OTLP. Needs no network, leaves nothing behind but the report.
/// </summary>
internal sealed class AnalyzeCommand(
    ConfigurationArguments configuration, TextWriter output, TextWriter error, Func<string, string?> environment, Func<Stream> standardInput)
{
    private const string Table = "table";
    private const string Json = "json";

    private readonly Argument<string[]> _inputs = new("FILE")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Recorded OTLP, in order of arrival: JSON lines, one JSON document, or one protobuf request, each possibly compressed; - is standard input.",
    };

    private readonly Option<string> _format = new("--format")
    {
        HelpName = $"{Table} or {Json}",
        Description = "What the report is for: people (table, the default) or programs (json).",
        DefaultValueFactory = _ => Table,
    };

    private readonly Option<string> _spans = new("--spans")
    {
        HelpName = "OUT",
        Description = "Write the spans that Baton would have added to this file, as OTLP JSON lines.",
    };

    private readonly Option<string[]> _failOn = new("--fail-on")
    {
        HelpName = "VERDICT,...",
        Description = "Exit with 1 if one of these verdicts was given, e.g. silent_sleep,missing_completion.",
    };

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Stop at the first line that is no OTLP, with exit code 2, instead of skipping it.",
    };

    /// <summary>The command.</summary>
    public Command Create(CancellationToken stop)
    {
        var command = new Command("analyze", "Judges recorded traces: the same rules, on the recording's own time. Opens no port, keeps no state.");
        command.Add(_inputs);
        configuration.AddTo(command);
        _format.AcceptOnlyFromAmong(Table, Json);
        command.Add(_format);
        command.Add(_spans);
        command.Add(_failOn);
        command.Add(_strict);
        command.SetAction(async (parsed, _) => (int)await InvokeAsync(parsed, stop).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> InvokeAsync(ParseResult parsed, CancellationToken stop)
    {
        // Nothing is exported here: a file that holds only relays will do.
        var options = configuration.Load(parsed, "routing.default=[]");
        var failOn = FailOn(parsed, out var isUnknown);
        var inputs = Inputs(parsed, out var isUnreadable);
        if (options is null || isUnknown || isUnreadable)
            return ExitCode.BadUsage;
        using IReport report = parsed.GetValue(_format) == Json ? new JsonReport() : new TableReport(writer => Page.On(writer, environment));
        var request = new AnalysisRequest(inputs, ContinuityRules.From(options), parsed.GetValue(_strict), parsed.GetValue(_spans));
        var analysis = new Analysis(request, report, error, ProgressLine.On(error, environment, TimeProvider.System));
        try
        {
            if (await analysis.RunAsync(standardInput(), stop).ConfigureAwait(false) is { } recording)
                report.Write(output, recording);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped before the end of the input; there is no report.").ConfigureAwait(false);
            return ExitCode.BadUsage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"cannot write: {e.Message}").ConfigureAwait(false);
            return ExitCode.BadUsage;
        }
        return analysis.HasFailed ? ExitCode.BadUsage : failOn.Any(verdict => analysis.Totals.Of(verdict) > 0) ? ExitCode.Failed : ExitCode.Done;
    }

    private List<string> FailOn(ParseResult parsed, out bool isUnknown)
    {
        var verdicts = (parsed.GetValue(_failOn) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        isUnknown = false;
        foreach (var verdict in verdicts.Where(verdict => !Totals.Names.Contains(verdict)))
        {
            isUnknown = true;
            error.WriteLine($"--fail-on: '{verdict}' is no verdict; there are {string.Join(", ", Totals.Names)}.");
        }
        return verdicts;
    }

    private List<InputFile> Inputs(ParseResult parsed, out bool isUnreadable)
    {
        isUnreadable = false;
        var inputs = new List<InputFile>();
        foreach (var path in parsed.GetValue(_inputs) ?? [])
        {
            inputs.Add(InputFile.Check(path, out var fault));
            isUnreadable |= fault is not null;
            if (fault is not null)
                error.WriteLine(fault);
        }
        var spans = parsed.GetValue(_spans);
        if (spans is not null && inputs.Exists(input => Path.GetFullPath(input.Path) == Path.GetFullPath(spans)))
        {
            isUnreadable = true;
            error.WriteLine($"--spans: {spans} is an input; name another file, it would be overwritten.");
        }
        return inputs;
    }
}
