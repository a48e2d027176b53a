using Baton.StockServer;
using Baton.Testing.Processes;
using Baton.Testing.Sink;

namespace Baton.EndToEnd.Tests.Stock;

/// <summary>The real baton beside a generated server, with the same limit of a message.</summary>
public sealed class BothServers : IAsyncLifetime
{
    private RecordingSink _sink = null!;
    private BatonProcess _baton = null!;
    private GeneratedServer _stock = null!;

    internal Uri Stock => _stock.Endpoint;

    internal Uri Baton => _baton.GrpcEndpoint;

    /// <summary>Stops the generated server as its owner would, and baton by SIGTERM.</summary>
    internal Task StopAsync() => Task.WhenAll(_stock.StopAsync(), _baton.TerminateAsync());

    public async ValueTask InitializeAsync()
    {
        _sink = await RecordingSink.StartAsync();
        _stock = await GeneratedServer.StartAsync(RawCall.MaxMessageBytes);
        _baton = await BatonProcess.StartAsync($$"""
            exporters:
              otlp/sink: { endpoint: {{_sink.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
            routing: { default: [otlp/sink] }
            """, arguments: ["--set", $"receivers.otlp.protocols.grpc.max_recv_msg_size_mib={RawCall.MaxMessageBytes >> 20}"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stock is not null)
            await _stock.DisposeAsync();
        if (_baton is not null)
            await _baton.DisposeAsync();
        await _sink.DisposeAsync();
    }
}
