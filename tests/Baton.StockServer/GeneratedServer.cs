using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.StockServer;

/// <summary>A gRPC server as anybody would make it from OTLP's service definitions, with ASP.NET Core: what Baton's own is compared with.</summary>
public sealed class GeneratedServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private GeneratedServer(int maxMessageBytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = maxMessageBytes);
        _server = builder.Build();
        _server.MapGrpcService<Traces>();
        _server.MapGrpcService<AlwaysServing>();
    }

    /// <summary>`http://127.0.0.1:PORT`, HTTP/2 with prior knowledge.</summary>
    public Uri Endpoint => new(_server.Urls.Single());

    /// <summary>Starts one on a free port of loopback.</summary>
    /// <param name="maxMessageBytes">The largest message that it takes.</param>
    public static async Task<GeneratedServer> StartAsync(int maxMessageBytes)
    {
        var server = new GeneratedServer(maxMessageBytes);
        await server._server.StartAsync();
        return server;
    }

    /// <summary>Stops in order: what is under way is waited for.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Traces : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context) =>
            Task.FromResult(new ExportTraceServiceResponse());
    }

    /// <summary>gRPC's health protocol, as its definition describes it.</summary>
    private sealed class AlwaysServing : Health.HealthBase
    {
        private static readonly HealthCheckResponse Serving = new() { Status = HealthCheckResponse.Types.ServingStatus.Serving };

        public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => request.Service.Length == 0
            ? Task.FromResult(Serving)
            : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));

        public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(request.Service.Length == 0
                ? Serving
                : new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.ServiceUnknown });
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
