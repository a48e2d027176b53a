using System.CommandLine;
using System.CommandLine.Parsing;
using Baton.Processor.Configuration;

namespace Baton.Processor.Commands;

/// <summary>
/// <c>baton health</c>: asks a running instance how it is, for probes where there is no other program to ask (a container has no shell). It
/// reads no configuration: an instance is well also while a changed file, not taken up yet, is wrong.
/// </summary>
internal sealed class HealthCommand(TextWriter output, TextWriter error)
{
    // Long for an answer from memory, shorter than what probes wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly Option<ListenAddress> _endpoint = new("--endpoint")
    {
        HelpName = "host:port",
        Description = "The instance's service.admin.endpoint.",
        DefaultValueFactory = _ => new ListenAddress("127.0.0.1", 8888),
        CustomParser = Parse,
    };

    private readonly Option<bool> _ready = new("--ready") { Description = "Ask whether it takes data, not only whether it answers." };

    /// <summary>The command.</summary>
    public Command Create(CancellationToken stop)
    {
        var command = new Command("health", "Asks a running instance how it is: exit code 0 if it is well, 1 if it is not or does not answer.") { _endpoint, _ready };
        command.SetAction(async (parsed, _) => (int)await InvokeAsync(parsed.GetValue(_endpoint), parsed.GetValue(_ready), stop).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> InvokeAsync(ListenAddress endpoint, bool ready, CancellationToken stop)
    {
        // An address to listen on everywhere is reached on loopback. A proxy of the environment is not meant for this.
        var host = endpoint.Host is "" or "0.0.0.0" or "::" ? "127.0.0.1" : endpoint.Host;
        var page = new UriBuilder(Uri.UriSchemeHttp, host, endpoint.Port, ready ? "/readyz" : "/healthz").Uri;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(page, stop).ConfigureAwait(false);
            var text = (await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false)).TrimEnd();
            await (answer.IsSuccessStatusCode ? output : error).WriteLineAsync(text).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? ExitCode.Done : ExitCode.Failed;
        }
        catch (HttpRequestException e)
        {
            await error.WriteLineAsync($"baton: {endpoint} does not answer: {e.GetBaseException().Message}. If service.admin.endpoint is another one, give it by --endpoint.").ConfigureAwait(false);
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            await error.WriteLineAsync($"baton: {endpoint} does not answer within {Patience.TotalSeconds} s.").ConfigureAwait(false);
        }
        return ExitCode.Failed;
    }

    private static ListenAddress Parse(ArgumentResult argument)
    {
        if (!ListenAddress.TryParse(argument.Tokens[0].Value, out var endpoint) || endpoint.Port == 0)
            argument.AddError($"--endpoint: \"{argument.Tokens[0].Value}\" is not where an instance could be asked; write {ListenAddress.Form}");
        return endpoint;
    }
}
