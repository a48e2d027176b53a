using System.IO.Compression;
using System.Net;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Processor.Configuration;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Baton.Processor.Telemetry;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Tests.Receive;

public sealed class OtlpReceiverTests
{
    [Fact]
    public async Task A_body_that_gunzips_to_10_GB_costs_the_limit_and_is_refused()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { MaxInFlightBytes = 100L << 20 });
        var bomb = Bomb(10_000_000_000);

        // In flight are the compressed body and at most the limit of it decompressed, and what is copied from while growing:
        // were it more, the answer would be a retryable 503.
        var http = await test.PostAsync("/v1/traces", bomb, "gzip");
        var grpc = await test.CallAsync(OtlpRequest.Frame(bomb, flag: 1), "gzip");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, http.Code);
        Assert.Equal(StatusCode.ResourceExhausted, grpc.Code);
        Assert.Empty(grpc.Details.Details);
        Assert.Empty(test.Appended);
        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(1).ToByteArray())).Code);
    }

    [Fact]
    public async Task Requests_beyond_the_memory_limit_are_refused_retryably_until_there_is_room()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { MaxInFlightBytes = 100_000 });
        var stored = new TaskCompletionSource<AppendStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Answer = () => stored.Task;
        var body = OtlpRequest.Of(OtlpRequest.Valid(new string('x', 60_000))).ToByteArray();

        var first = test.PostAsync("/v1/traces", body);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes > 60_000);
        var http = await test.PostAsync("/v1/traces", body);
        var grpc = await test.CallAsync(OtlpRequest.Frame(body));
        stored.SetResult(AppendStatus.Stored);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, http.Code);
        Assert.Equal(TimeSpan.FromSeconds(1), http.Headers.RetryAfter?.Delta);
        Assert.Equal(StatusCode.Unavailable, grpc.Code);
        Assert.Single(grpc.Details.Details);
        Assert.Equal(HttpStatusCode.OK, (await first).Code);
        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", body)).Code);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("http", "memory").Value);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("grpc", "memory").Value);
    }

    [Fact]
    public async Task An_announced_length_alone_takes_no_memory()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var content = new SlowContent([0, 0x03, 0xFF, 0xFF, 0xFF, 1, 2, 3]);

        var call = test.CallAsync(content);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Stalls.ArrivedBytes == 8);

        Assert.InRange(test.Receiver.Admission.InFlightBytes, 1, 4096);
        content.Continue([]);
        Assert.Equal(StatusCode.Internal, (await call).Code);
    }

    [Fact]
    public async Task Many_senders_at_once_are_all_answered_and_nothing_is_mixed_up()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var client = new TraceService.TraceServiceClient(test.Channel);
        var bodies = Enumerable.Range(0, 400)
            .Select(i => OtlpRequest.Of(OtlpRequest.Valid($"{i}:{new string((char)('a' + i % 26), i * 97 % 70_000)}"))).ToArray();

        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (body, cancellation) =>
        {
            var index = Array.IndexOf(bodies, body);
            if (index % 4 == 0)
                await client.ExportAsync(body, cancellationToken: cancellation);
            else if (index % 4 == 1)
                Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame(OtlpRequest.Gzip(body.ToByteArray()), flag: 1), "gzip")).Code);
            else if (index % 4 == 2)
                Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", body.ToByteArray())).Code);
            else
                Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", OtlpRequest.Gzip(body.ToByteArray()), "gzip")).Code);
        });

        var names = test.Appended.Select(entry => ExportTraceServiceRequest.Parser.ParseFrom(Plain(entry)).ResourceSpans[0].ScopeSpans[0].Spans[0].Name);
        Assert.Equal(bodies.Select(body => body.ResourceSpans[0].ScopeSpans[0].Spans[0].Name).Order(), names.Order());
    }

    [Fact]
    public async Task Stopping_answers_what_is_in_flight_and_refuses_what_is_new()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var stored = new TaskCompletionSource<AppendStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = 0;
        test.Answer = () =>
        {
            Interlocked.Increment(ref waiting);
            return stored.Task;
        };
        var body = OtlpRequest.OfSpans(1).ToByteArray();
        var http = test.PostAsync("/v1/traces", body);
        var grpc = test.CallAsync(OtlpRequest.Frame(body));
        await ReceiverUnderTest.UntilAsync(() => Volatile.Read(ref waiting) == 2);

        var stopping = test.Receiver.StopAsync(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<HttpRequestException>(() => test.PostAsync("/v1/traces", body));
        Assert.False(stopping.IsCompleted);
        stored.SetResult(AppendStatus.Stored);

        Assert.Equal(HttpStatusCode.OK, (await http).Code);
        Assert.Equal(StatusCode.OK, (await grpc).Code);
        await stopping;
        Assert.Equal(2, test.Appended.Count);
    }

    [Fact]
    public async Task While_stopping_a_request_on_an_open_connection_is_refused_retryably()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Receiver.Admission.Stop();

        var http = await test.PostAsync("/v1/traces", []);
        var grpc = await test.CallAsync(OtlpRequest.Frame([]));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (http.Code, http.Headers.ConnectionClose));
        Assert.Equal(TimeSpan.FromSeconds(1), http.Headers.RetryAfter?.Delta);
        Assert.Equal(StatusCode.Unavailable, grpc.Code);
        Assert.Single(grpc.Details.Details);
    }

    [Fact]
    public async Task Stopping_does_not_wait_longer_than_its_limit()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { StallPeriod = TimeSpan.FromHours(1) });
        using var content = new SlowContent(OtlpRequest.Frame(new byte[100])[..50]);
        var call = test.CallAsync(content);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Stalls.Count > 0);

        var stopping = test.Receiver.StopAsync(TimeSpan.FromSeconds(10));
        Assert.False(stopping.IsCompleted);
        test.Time.Advance(TimeSpan.FromSeconds(10));

        await stopping;
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }

    [Fact]
    public async Task A_taken_port_is_a_startup_error_that_names_the_option()
    {
        await using var first = await ReceiverUnderTest.StartAsync();
        var taken = new ListenAddress("127.0.0.1", first.Receiver.HttpPort);
        var intake = new Intake(ScanPlan.Create(new ContinuityOptions { Relays = [] }), (_, _, _, _, _) => default);
        await using var second = new OtlpReceiver(
            new ReceiverSettings { Http = taken }, intake, new PipelineMetrics(new Instruments()), NullLoggerFactory.Instance, TimeProvider.System);

        var error = await Assert.ThrowsAsync<StartupException>(() => second.StartAsync(ReceiverUnderTest.Cancellation));

        Assert.StartsWith($"receivers.otlp.protocols.http.endpoint: cannot listen on {taken}: ", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Plain(Appended entry)
    {
        if (entry.Encoding == PayloadEncoding.Identity)
            return entry.Payload;
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(entry.Payload), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>Members of zeros repeated: built from one small piece, so that making the bomb costs nothing.</summary>
    private static byte[] Bomb(long plainLength)
    {
        const int Piece = 10_000_000;
        var member = OtlpRequest.GzipSmallest(new byte[Piece]);
        var bomb = new byte[member.Length * (plainLength / Piece)];
        for (var at = 0; at < bomb.Length; at += member.Length)
            member.CopyTo(bomb, at);
        return bomb;
    }
}
