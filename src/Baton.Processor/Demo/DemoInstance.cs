using Baton.Processor.Commands;
using Baton.Processor.Configuration.Options;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Demo;

/// <summary>
/// The Baton that the demo asks: the whole pipeline, in this process, reached only over the network, as applications, scrapers and backends
/// do.
/// </summary>
internal sealed class DemoInstance : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _admin;
    private readonly GrpcChannel _channel;
    private readonly TraceService.TraceServiceClient _traces;

    private DemoInstance(RunPipeline pipeline, BatonOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        _admin = new HttpClient(Handler()) { BaseAddress = new Uri($"http://{options.Service.Admin.Endpoint}") };
        _channel = GrpcChannel.ForAddress(
            $"http://{options.Receivers.Otlp.Protocols.Grpc!.Endpoint}",
            new GrpcChannelOptions { HttpHandler = Handler(), ThrowOperationCanceledOnCancellation = true });
        _traces = new TraceService.TraceServiceClient(_channel);
        Ended = Task.Run(() => pipeline(options, loggers, time, _stop.Token), CancellationToken.None);
    }

    /// <summary>Ends with the pipeline, and with its failure if it has one. Before it is disposed of it should not.</summary>
    public Task Ended { get; }

    /// <summary>Starts it, and waits until it takes spans.</summary>
    /// <exception cref="StartupException">It does not start.</exception>
    public static async Task<DemoInstance> StartAsync(
        RunPipeline pipeline, BatonOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        var instance = new DemoInstance(pipeline, options, loggers, time);
        try
        {
            var limit = time.GetUtcNow() + ReadyLimit;
            while (!await instance.IsReadyAsync(cancellation))
            {
                await instance.ThrowIfEndedAsync();
                if (time.GetUtcNow() > limit)
                    throw new StartupException(
                        $"the demo's instance was not ready within {ReadyLimit.TotalSeconds:0} s. Is this machine very busy? Try again.");
                await Task.Delay(ReadyPause, time, cancellation);
            }
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells why the instance ended, if it did: without it there is nothing to show.</summary>
    /// <exception cref="StartupException">It ended by itself.</exception>
    public async Task ThrowIfEndedAsync()
    {
        if (!Ended.IsCompleted)
            return;
        await Ended;
        throw new StartupException("the demo's instance ended by itself; its log, above, says why.");
    }

    /// <summary>Exports spans into it, as an SDK does.</summary>
    public async Task SendAsync(ExportTraceServiceRequest request, CancellationToken cancellation) =>
        await _traces.ExportAsync(request, cancellationToken: cancellation);

    /// <summary>Its metrics as they stand.</summary>
    public async Task<MetricsReading> ScrapeAsync(CancellationToken cancellation) =>
        new(await _admin.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellation));

    /// <summary>
    /// Stops it in order. A failure that it ends with was told by <see cref="ThrowIfEndedAsync"/>, or is not what is asked here.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _channel.Dispose();
        _admin.Dispose();
        _stop.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _admin.GetAsync(new Uri("/readyz", UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    // Loopback is never behind a proxy, and the demo's calls are part of no trace.
    private static SocketsHttpHandler Handler() => new() { UseProxy = false, ActivityHeadersPropagator = null };
}
