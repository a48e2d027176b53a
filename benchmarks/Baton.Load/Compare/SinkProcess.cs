using Baton.Load.Sink;

namespace Baton.Load.Compare;

/// <summary>The sink of a comparison; one for all rounds.</summary>
internal sealed class SinkProcess : IAsyncDisposable
{
    private readonly HttpClient _http;

    private SinkProcess(ChildProcess process, int port, HttpClient http)
    {
        Process = process;
        Port = port;
        _http = http;
    }

    public ChildProcess Process { get; }

    /// <summary>OTLP/gRPC on 127.0.0.1.</summary>
    public int Port { get; }

    public static async Task<SinkProcess> StartAsync(CancellationToken stop)
    {
        var process = ChildProcess.StartSelf("sink", "--until-stdin-closes");
        var ready = await BareHop.ReadyAsync(process, "sink", stop);
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ready.Http}"), Timeout = TimeSpan.FromMinutes(2) };
        return new SinkProcess(process, ready.Grpc, http);
    }

    public async Task<SinkCounts> CountAsync(CancellationToken stop) => (await _http.GetFromJsonAsync<SinkCounts>("/count", stop))!;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }
}
