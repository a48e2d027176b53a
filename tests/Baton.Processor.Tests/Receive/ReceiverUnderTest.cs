using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Processor.Configuration;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Baton.Processor.Telemetry;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Receive;

/// <summary>A receiver on free loopback ports, with a journal that records, and that answers as a test says.</summary>
internal sealed class ReceiverUnderTest : IAsyncDisposable
{
    /// <summary>The name of a span that has a role.</summary>
    public const string ProducingName = "produce";

    private static readonly ListenAddress FreePort = new("127.0.0.1", 0);

    private static readonly ScanPlan Plan = ScanPlan.Create(new ContinuityOptions
    {
        Relays = [new RelayDefinition
        {
            Name = "job",
            Produce = Condition.Parse($"span.name == \"{ProducingName}\"").Condition,
            Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 1_000_000_000 },
        }],
    });

    private ReceiverUnderTest(ReceiverSettings settings)
    {
        Metrics = new PipelineMetrics(new Instruments());
        Receiver = new OtlpReceiver(
            settings with { Grpc = FreePort, Http = FreePort }, new Intake(Plan, AppendAsync), Metrics, new LoggerFactory([Log]), Time);
    }

    /// <summary>What the server itself complained of; an exception of ours among it.</summary>
    public ErrorLog Log { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public PipelineMetrics Metrics { get; }

    public OtlpReceiver Receiver { get; }

    /// <summary>What the journal got, in order.</summary>
    public ConcurrentQueue<Appended> Appended { get; } = new();

    /// <summary>What the journal answers.</summary>
    public Func<Task<AppendStatus>> Answer { get; set; } = () => Task.FromResult(AppendStatus.Stored);

    public GrpcChannel Channel { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Sends HTTP/2 to the gRPC port as it is told, framing and headers included.</summary>
    public HttpClient RawGrpc { get; private set; } = null!;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ReceiverUnderTest> StartAsync(ReceiverSettings? settings = null, Func<HttpMessageHandler>? handler = null)
    {
        var test = new ReceiverUnderTest(settings ?? new ReceiverSettings());
        await test.Receiver.StartAsync(Cancellation);
        var grpc = new Uri($"{(settings?.GrpcTls is null ? "http" : "https")}://127.0.0.1:{test.Receiver.GrpcPort}");
        var http = new Uri($"{(settings?.HttpTls is null ? "http" : "https")}://127.0.0.1:{test.Receiver.HttpPort}");
        test.Channel = GrpcChannel.ForAddress(grpc, new GrpcChannelOptions { MaxSendMessageSize = null, HttpHandler = handler?.Invoke() });
        test.Http = new HttpClient(handler?.Invoke() ?? new SocketsHttpHandler()) { BaseAddress = http, Timeout = Timeout.InfiniteTimeSpan };
        test.RawGrpc = new HttpClient(handler?.Invoke() ?? new SocketsHttpHandler())
        {
            BaseAddress = grpc,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        return test;
    }

    public async Task<HttpReply> PostAsync(string path, byte[] body, string? encoding = null, string contentType = "application/x-protobuf")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        return await HttpReply.ReadAsync(response);
    }

    public async Task<GrpcReply> CallAsync(byte[] frame, string? encoding = null, string path = OtlpRequest.TracePath, string contentType = "application/grpc")
    {
        using var content = new ByteArrayContent(frame);
        return await CallAsync(content, encoding, path, contentType);
    }

    /// <summary>A call that is cancelled, perhaps.</summary>
    public async Task<GrpcReply> CallAsync(byte[] frame, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(frame);
        return await CallAsync(content, cancellation: cancellation);
    }

    public async Task<GrpcReply> CallAsync(
        HttpContent content, string? encoding = null, string path = OtlpRequest.TracePath, string contentType = "application/grpc", CancellationToken? cancellation = null)
    {
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");
        if (encoding is not null)
            request.Headers.Add("grpc-encoding", encoding);
        using var response = await RawGrpc.SendAsync(request, cancellation ?? Cancellation);
        return await GrpcReply.ReadAsync(response);
    }

    /// <summary>Waits for a condition that the receiver will meet without being asked again.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(5, Cancellation);
    }

    /// <summary>Lets time pass until the watch has given up every body: one of which bytes were still on their way has progressed, and is looked at again.</summary>
    public async Task LetStallAsync()
    {
        await UntilAsync(() => Receiver.Stalls.Count > 0);
        await UntilAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            return Receiver.Stalls.Count == 0;
        });
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        RawGrpc.Dispose();
        await Receiver.DisposeAsync();
        await UntilAsync(() => Receiver.Admission.InFlightBytes == 0);
        if (!Log.Errors.IsEmpty)
            Assert.Fail(string.Join("\n", Log.Errors));
    }

    private async ValueTask<AppendResult> AppendAsync(
        EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spanCount)
    {
        var status = await Answer();
        if (status != AppendStatus.Stored)
            return new AppendResult(status, -1);
        // Copied after the wait: the buffers must still hold the request then.
        Appended.Enqueue(new Appended(kind, encoding, events.ToArray(), payload.ToArray(), spanCount));
        return new AppendResult(status, 0);
    }
}

/// <summary>One entry that the journal got.</summary>
internal sealed record Appended(EntryKind Kind, PayloadEncoding Encoding, byte[] Events, byte[] Payload, int SpanCount);

/// <summary>An answer over HTTP.</summary>
internal sealed record HttpReply(HttpStatusCode Code, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, byte[] Body)
{
    /// <summary>The body of a failure.</summary>
    public Google.Rpc.Status Status => Google.Rpc.Status.Parser.ParseFrom(Body);

    public static async Task<HttpReply> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsByteArrayAsync(ReceiverUnderTest.Cancellation));
}

/// <summary>An answer over gRPC, as it stands on the wire.</summary>
internal sealed record GrpcReply(HttpStatusCode Http, Grpc.Core.StatusCode? Code, string Message, HttpResponseHeaders Headers, byte[] Body, bool TrailersOnly)
{
    public Google.Rpc.Status Details => Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(Pad(Headers.GetValues("grpc-status-details-bin").Single())));

    public static async Task<GrpcReply> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync(ReceiverUnderTest.Cancellation);
        var trailersOnly = response.Headers.TryGetValues("grpc-status", out var values);
        var status = trailersOnly || response.TrailingHeaders.TryGetValues("grpc-status", out values) ? int.Parse(values!.Single()) : (int?)null;
        var message = response.Headers.TryGetValues("grpc-message", out var texts) ? Uri.UnescapeDataString(texts.Single()) : "";
        return new GrpcReply(response.StatusCode, (Grpc.Core.StatusCode?)status, message, response.Headers, body, trailersOnly);
    }

    private static string Pad(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');
}
