using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Baton.Processor.Receive;

/// <summary>
/// gRPC's health service (grpc.health.v1), for balancers and probes that ask it. It serves while new requests are taken. No token is asked
/// for: a probe has none, and the answer is no secret.
/// </summary>
internal sealed class GrpcHealth(Admission admission)
{
    private const string Prefix = "/grpc.health.v1.Health/";
    private const int PrefixLength = 5;
    private const int MaxRequestBytes = 4096;

    // The server as a whole, and the services that it has.
    private static readonly string[] Services =
    [
        "",
        "opentelemetry.proto.collector.trace.v1.TraceService",
        "opentelemetry.proto.collector.metrics.v1.MetricsService",
        "opentelemetry.proto.collector.logs.v1.LogsService",
    ];

    private static readonly Refusal NoSuchMethod = Refusals.Unsupported(
        StatusCode.Unimplemented, StatusCodes.Status404NotFound, "There is no such method. The health service has Check, List and Watch.");

    private static readonly Refusal NoSuchService = Refusals.Unsupported(
        StatusCode.NotFound, StatusCodes.Status404NotFound, "There is no such service here. Ask with an empty name for the server as a whole.");

    /// <summary>Whether a path is one of this service.</summary>
    public static bool Has(string? path) => path is not null && path.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Answers one call.</summary>
    public async Task HandleAsync(Exchange exchange)
    {
        var http = exchange.Http;
        var end = await exchange.Body.ReadAsync(int.MaxValue, 0, MaxRequestBytes);
        var broken = exchange.Body.EndWatch() || end != BodyEnd.Complete;
        var service = broken ? null : ServiceOf(exchange.Body.Bytes.Written.Span);
        exchange.Release();
        var refusal = service is null ? Refusals.BrokenFrame("The call does not hold one HealthCheckRequest.") : null;
        switch (http.Request.Path.Value![Prefix.Length..])
        {
            case "Check" when refusal is null && Array.IndexOf(Services, service) < 0:
                refusal = NoSuchService;
                break;
            case "Check" when refusal is null:
                GrpcAnswer.Accept(http.Response, new HealthCheckResponse { Status = Status });
                return;
            case "List" when refusal is null:
                GrpcAnswer.Accept(http.Response, All());
                return;
            case "Watch" when refusal is null:
                await WatchAsync(http, Array.IndexOf(Services, service) >= 0);
                return;
            case "Check" or "List" or "Watch":
                break;
            default:
                refusal = NoSuchMethod;
                break;
        }
        GrpcAnswer.Refuse(http.Response, refusal!, acceptEncoding: null);
    }

    private ServingStatus Status => admission.Stopped ? ServingStatus.NotServing : ServingStatus.Serving;

    private HealthListResponse All()
    {
        var all = new HealthListResponse();
        foreach (var service in Services)
            all.Statuses.Add(service, new HealthCheckResponse { Status = Status });
        return all;
    }

    // The state now, and when it changes; a service that is not here may come, and so is watched too (health.proto).
    private async Task WatchAsync(HttpContext http, bool known)
    {
        GrpcAnswer.WriteMessage(http.Response, new HealthCheckResponse { Status = known ? Status : ServingStatus.ServiceUnknown });
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        await admission.Stopping.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (http.RequestAborted.IsCancellationRequested)
            return;
        if (known)
            GrpcAnswer.WriteMessage(http.Response, new HealthCheckResponse { Status = ServingStatus.NotServing });
        http.Response.AppendTrailer("grpc-status", Refusals.Stopping.CodeText);
    }

    private static string? ServiceOf(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < PrefixLength || frame[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) != frame.Length - PrefixLength)
            return null;
        try
        {
            // HealthListRequest has no fields, so it reads as a request for the server as a whole.
            return HealthCheckRequest.Parser.ParseFrom(frame[PrefixLength..]).Service;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
