using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Demo;

/// <summary>
/// A tracing backend in its smallest form: takes OTLP/gRPC traces, uncompressed, on a free loopback port, and keeps what came. What a user
/// would find in Tempo or Jaeger behind Baton is what is found here.
/// </summary>
internal sealed class DemoBackend : IAsyncDisposable
{
    // gRPC's frame: a flag for compression, and the length as four bytes, big-endian.
    private const int PrefixLength = 5;

    private readonly WebApplication _application;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Received> _spans = [];

    private DemoBackend(WebApplication application, TimeProvider time)
    {
        _application = application;
        _time = time;
        application.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", (RequestDelegate)ExportAsync);
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port => new Uri(
        _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;

    /// <summary>What came so far, in order of arrival.</summary>
    public IReadOnlyList<Received> Spans
    {
        get
        {
            lock (_lock)
                return [.. _spans];
        }
    }

    /// <summary>Starts to listen.</summary>
    public static async Task<DemoBackend> StartAsync(TimeProvider time, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var application = builder.Build();
        application.UseRouting();
        var backend = new DemoBackend(application, time);
        await application.StartAsync(cancellation);
        return backend;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task ExportAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var fault = Keep(body.GetBuffer().AsSpan(0, (int)body.Length));
        context.Response.ContentType = "application/grpc";
        if (fault is null)
            await context.Response.Body.WriteAsync(new byte[PrefixLength], context.RequestAborted); // An answer without fields.
        context.Response.AppendTrailer("grpc-status", fault is null ? "0" : "3"); // OK; INVALID_ARGUMENT.
        if (fault is not null)
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(fault));
    }

    private string? Keep(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < PrefixLength || frame[0] != 0 || BinaryPrimitives.ReadInt32BigEndian(frame[1..]) != frame.Length - PrefixLength)
            return "not one uncompressed gRPC message";
        try
        {
            var request = ExportTraceServiceRequest.Parser.ParseFrom(frame[PrefixLength..]);
            lock (_lock)
                _spans.AddRange(SpansOf(request, _time.UnixNanos()));
            return null;
        }
        catch (InvalidProtocolBufferException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<Received> SpansOf(ExportTraceServiceRequest request, long now) =>
        from resource in request.ResourceSpans
        let service = resource.Resource?.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value.StringValue ?? ""
        from scope in resource.ScopeSpans
        from span in scope.Spans
        select new Received(span, service, scope.Scope?.Name ?? "", now);
}
