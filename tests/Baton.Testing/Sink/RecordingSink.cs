using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Baton.Testing.Sink;

/// <summary>
/// An OTLP backend in this process: takes gRPC (HTTP/2 cleartext) and OTLP/HTTP protobuf on two loopback ports, identity, gzip and zstd,
/// keeps every request as it came, and answers as it is told. Safe for use from any thread.
/// </summary>
public sealed class RecordingSink : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Recording _recording = new();
    private readonly Lock _script = new();
    private readonly Queue<SinkAnswer> _next = new();
    private Func<RecordedRequest, CancellationToken, Task<SinkAnswer>> _otherwise = (_, _) => Task.FromResult(SinkAnswer.Ok);

    private RecordingSink(int grpcPort, int httpPort, HttpsConnectionAdapterOptions? tls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, grpcPort, listen => Configure(listen, HttpProtocols.Http2, tls));
            kestrel.Listen(IPAddress.Loopback, httpPort, listen => Configure(listen, HttpProtocols.Http1, tls));
        });
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    /// <summary>`http(s)://127.0.0.1:PORT`, HTTP/2 with prior knowledge.</summary>
    public Uri GrpcEndpoint { get; private set; } = null!;

    /// <summary>`http(s)://127.0.0.1:PORT`, HTTP/1.1.</summary>
    public Uri HttpEndpoint { get; private set; } = null!;

    /// <summary>Every request so far, in the order of arrival, whatever was answered.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _recording.Requests;

    /// <summary>The spans of every request that was taken, in the order of arrival; one delivered twice is here twice.</summary>
    public IReadOnlyList<RecordedSpan> Spans => _recording.TakenSpans;

    /// <summary>What was wrong with requests that are not OTLP; each was answered with INVALID_ARGUMENT / 400.</summary>
    public IReadOnlyList<string> Faults => _recording.Faults;

    /// <summary>Starts a sink. A port of 0 is a free one; another restarts a sink where one was before.</summary>
    /// <param name="grpcPort">Where gRPC is taken.</param>
    /// <param name="httpPort">Where HTTP is taken.</param>
    /// <param name="tls">Both over TLS, with this certificate; null: in plain text.</param>
    public static async Task<RecordingSink> StartAsync(int grpcPort = 0, int httpPort = 0, HttpsConnectionAdapterOptions? tls = null)
    {
        var sink = new RecordingSink(grpcPort, httpPort, tls);
        await sink._server.StartAsync();
        var addresses = sink._server.Urls.ToArray();
        sink.GrpcEndpoint = new Uri(addresses[0]);
        sink.HttpEndpoint = new Uri(addresses[1]);
        return sink;
    }

    /// <summary>Scripts the answers to the next requests, one each, in this order.</summary>
    public void Next(params ReadOnlySpan<SinkAnswer> answers)
    {
        lock (_script)
        {
            foreach (var answer in answers)
                _next.Enqueue(answer);
        }
    }

    /// <summary>Sets what is answered where <see cref="Next"/> scripted nothing; at first <see cref="SinkAnswer.Ok"/>.</summary>
    public void Otherwise(Func<RecordedRequest, SinkAnswer> answer) => Otherwise((request, _) => Task.FromResult(answer(request)));

    /// <summary>As above, for an answer that is found by waiting, such as another server's.</summary>
    public void Otherwise(Func<RecordedRequest, CancellationToken, Task<SinkAnswer>> answer)
    {
        lock (_script)
            _otherwise = answer;
    }

    /// <summary>The first taken span that meets <paramref name="predicate"/>, as soon as there is one.</summary>
    /// <exception cref="TimeoutException">None came in time; the message lists what did.</exception>
    public async Task<RecordedSpan> WaitForSpanAsync(Func<RecordedSpan, bool> predicate, TimeSpan? timeout = null)
    {
        await WaitAsync(() => Spans.Any(predicate), timeout);
        return Spans.First(predicate);
    }

    /// <summary>Completes as soon as at least <paramref name="count"/> spans were taken.</summary>
    /// <exception cref="TimeoutException">They did not come in time; the message lists what did.</exception>
    public Task WaitForSpansAsync(int count, TimeSpan? timeout = null) => WaitAsync(() => Spans.Count >= count, timeout);

    /// <summary>The first request that meets <paramref name="predicate"/>, taken or not, as soon as there is one.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public async Task<RecordedRequest> WaitForRequestAsync(Func<RecordedRequest, bool> predicate, TimeSpan? timeout = null)
    {
        await WaitAsync(() => Requests.Any(predicate), timeout);
        return Requests.First(predicate);
    }

    /// <summary>Completes as soon as <paramref name="condition"/> holds; it is looked at whenever a request arrives.</summary>
    /// <exception cref="TimeoutException">It did not hold in time (five minutes where nothing is said); the message lists what arrived.</exception>
    public Task WaitAsync(Func<bool> condition, TimeSpan? timeout = null) => _recording.WaitAsync(condition, timeout ?? TimeSpan.FromMinutes(5));

    /// <summary>Stops listening and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _server.StopAsync(atOnce.Token);
        await _server.DisposeAsync();
    }

    private static void Configure(ListenOptions listen, HttpProtocols protocols, HttpsConnectionAdapterOptions? tls)
    {
        listen.Protocols = protocols;
        if (tls is not null)
            listen.UseHttps(tls);
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (await SinkProtocol.ReadAsync(context) is not { } request)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
            // A request is on the record before its answer is decided, so that a test can hold the answer back and still see it.
            _recording.Arrived(request);
            var answer = await AnswerAsync(request, context.RequestAborted);
            _recording.Answered(request, answer);
            await Task.WhenAll(answer.Gate, Task.Delay(answer.Delay)).WaitAsync(context.RequestAborted);
            await SinkProtocol.WriteAsync(context, request.Transport, answer);
        }
        catch (InvalidDataException malformed)
        {
            _recording.Faulted(malformed.Message);
            await SinkProtocol.WriteAsync(context, SinkProtocol.TransportOf(context), SinkAnswer.Invalid(malformed.Message));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The sender gave up first; what it sent stays on the record.
        }
    }

    private async Task<SinkAnswer> AnswerAsync(RecordedRequest request, CancellationToken aborted)
    {
        Func<RecordedRequest, CancellationToken, Task<SinkAnswer>> otherwise;
        lock (_script)
        {
            if (_next.TryDequeue(out var scripted))
                return scripted;
            otherwise = _otherwise;
        }
        return await otherwise(request, aborted);
    }
}
