using System.Runtime.InteropServices;

namespace Baton.Load.Compare;

/// <summary>The real `baton` executable, with nothing configured but the way through.</summary>
internal sealed class BatonHop(string executable, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    : HopUnderTest("baton")
{
    /// <summary>Where a Release build leaves it, seen from the repository's root.</summary>
    public const string BuiltPath = "src/Baton.Processor/bin/Release/net10.0/baton";

    public override async Task<RunningHop> StartAsync(int sinkPort, string directory, int cores, CancellationToken stop)
    {
        int[] ports = LoopbackPorts.Free(3);
        string file = Path.Combine(directory, "baton.yaml");
        await File.WriteAllTextAsync(file, Configuration(ports[0], ports[1], ports[2], sinkPort, directory), stop);
        // An assembly is run by the dotnet that runs this.
        var (program, first) = executable.EndsWith(".dll", StringComparison.Ordinal) ? (DotnetHost, [executable]) : (executable, Array.Empty<string>());
        var process = Start(new ChildCommand(program, [.. first, "run", "--config", file, .. arguments], environment), cores);
        return await OnceReadyAsync(process, async () =>
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}"), Timeout = TimeSpan.FromSeconds(2) };
            await Readiness.WaitAsync(process, Name, () => IsReadyAsync(http, stop), stop);
            return new RunningHop(process, ports[0], ports[2], ports[1]);
        });
    }

    private static string DotnetHost => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private static string Configuration(int grpc, int http, int admin, int sink, string directory) =>
        $$"""
        receivers:
          otlp:
            protocols:
              grpc: { endpoint: "127.0.0.1:{{grpc}}" }
              http: { endpoint: "127.0.0.1:{{http}}" }
        exporters:
          otlp/sink:
            endpoint: "127.0.0.1:{{sink}}"
            tls: { insecure: true }
        routing:
          default: [otlp/sink]
        journal: { directory: "{{directory}}/journal" }
        state: { directory: "{{directory}}/state" }
        service:
          admin: { endpoint: "127.0.0.1:{{admin}}" }

        """;

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync("/readyz", stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
