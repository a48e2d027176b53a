using Baton.Processor.Forward;
using Baton.Processor.Receive;
using Baton.Processor.Watch;

namespace Baton.Processor;

/// <summary>
/// The stop, in the order of the data's way: no more comes in, what is there is judged and saved, and delivered as far as can be. All of it within one limit, because whoever sent SIGTERM has one, and kills.
/// </summary>
/// <param name="limit">From the beginning to the end.</param>
/// <param name="time">Measures it.</param>
/// <param name="logger">Is told how it went.</param>
internal sealed class GracefulStop(TimeSpan limit, TimeProvider time, ILogger logger)
{
    // Senders that do not come to an end must not take the time in which the state is saved.
    private const int ReceiversShare = 3;

    /// <summary>Stops; what is not done within the limit is done by the next start.</summary>
    public async Task RunAsync(
        OtlpReceiver receiver, WatchLeg watch, ForwardLeg forward, Journal.Journal journal,
        CancellationTokenSource forwarding, CancellationTokenSource aborting, Task forwarded)
    {
        logger.LogInformation("Baton stops: new requests are refused, and senders told to retry. It takes {Limit:F0} s at most.", limit.TotalSeconds);
        using var over = new CancellationTokenSource(limit, time);
        await receiver.StopAsync(limit / ReceiversShare);
        await watch.StopAsync(over.Token);
        await Task.WhenAny(forward.WaitForAsync(journal.Tail, over.Token), forwarded);
        await forwarding.CancelAsync();
        await using var abort = over.Token.Register(aborting.Cancel);
        await forwarded;
        var left = forward.QueueBytes;
        if (left > 0) logger.LogWarning("Baton has stopped with {Bytes} bytes of its journal not delivered to every exporter; they are sent after the next start.", left);
        else logger.LogInformation("Baton has stopped; everything was judged and delivered.");
    }
}
