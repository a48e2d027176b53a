using Baton.Processor.Journal;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Tests.Receive;

public sealed class GrpcCallTests
{
    [Fact]
    public async Task A_full_journal_is_UNAVAILABLE_with_RetryInfo()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Answer = () => Task.FromResult(AppendStatus.Full);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await new TraceService.TraceServiceClient(test.Channel).ExportAsync(OtlpRequest.OfSpans(3), cancellationToken: ReceiverUnderTest.Cancellation));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("journal is full", error.Status.Detail, StringComparison.Ordinal);
        var details = Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((int)StatusCode.Unavailable, details.Code);
        Assert.True(Assert.Single(details.Details).Unpack<RetryInfo>().RetryDelay.Seconds > 0);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("grpc", "journal_full").Value);
    }

    [Theory]
    [InlineData(AppendStatus.Failed)]
    [InlineData(AppendStatus.Closed)]
    public async Task A_journal_that_does_not_store_is_UNAVAILABLE_with_RetryInfo(AppendStatus status)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Answer = () => Task.FromResult(status);

        var reply = await test.CallAsync(OtlpRequest.Frame(OtlpRequest.OfSpans(3).ToByteArray()));

        Assert.Equal(StatusCode.Unavailable, reply.Code);
        Assert.Single(reply.Details.Details);
    }

    [Fact]
    public async Task A_call_that_the_client_cancels_frees_its_memory()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var content = new SlowContent([.. OtlpRequest.Frame(new byte[100_000])[..50_000]]);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(ReceiverUnderTest.Cancellation);

        var call = test.CallAsync(content);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes > 0);
        content.Break();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes == 0);
        // Counted after its memory is free.
        await ReceiverUnderTest.UntilAsync(() => test.Metrics.ReceiverRefusedRequests.With("grpc", "incomplete").Value == 1);
    }

    [Fact]
    public async Task A_call_that_stalls_is_UNAVAILABLE_and_the_others_on_its_connection_go_on()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var content = new SlowContent([.. OtlpRequest.Frame(new byte[100_000])[..50_000]]);

        var stalled = test.CallAsync(content);
        await test.LetStallAsync();

        var reply = await stalled;
        Assert.Equal(StatusCode.Unavailable, reply.Code);
        Assert.Single(reply.Details.Details);
        Assert.Equal(StatusCode.OK, (await test.CallAsync(OtlpRequest.Frame([]))).Code);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("grpc", "stalled").Value);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes == 0);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_for_the_client_and_the_request_is_stored_all_the_same()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var stored = new TaskCompletionSource<AppendStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Answer = () => stored.Task;

        var error = await Assert.ThrowsAsync<RpcException>(async () => await new TraceService.TraceServiceClient(test.Channel)
            .ExportAsync(OtlpRequest.OfSpans(1), deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: ReceiverUnderTest.Cancellation));
        stored.SetResult(AppendStatus.Stored);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await ReceiverUnderTest.UntilAsync(() => test.Appended.Count <= 1 && test.Receiver.Admission.InFlightBytes == 0);
    }

    [Fact]
    public async Task Calls_cancelled_at_any_moment_leave_nothing_behind()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var frame = OtlpRequest.Frame(OtlpRequest.Of(OtlpRequest.Valid(new string('x', 100_000))).ToByteArray());

        // HTTP/2 itself rather than a gRPC client, which makes statuses of its own of what happens to it while it is cancelled.
        await Parallel.ForAsync(0, 200, ReceiverUnderTest.Cancellation, async (i, cancellation) =>
        {
            using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            cancelled.CancelAfter(TimeSpan.FromMicroseconds(i * 20));
            GrpcReply? reply = null;
            var outcome = await Record.ExceptionAsync(async () => reply = await test.CallAsync(frame, cancelled.Token));
            Assert.True(outcome is OperationCanceledException || reply?.Code == StatusCode.OK, $"{reply?.Code} {outcome}");
        });

        Assert.Equal(StatusCode.OK, (await test.CallAsync(frame)).Code);
        await ReceiverUnderTest.UntilAsync(() => test.Receiver.Admission.InFlightBytes == 0 && test.Receiver.Stalls.Count == 0);
    }
}
