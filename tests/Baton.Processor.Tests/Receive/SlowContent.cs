using System.Net;

namespace Baton.Processor.Tests.Receive;

/// <summary>A body that sends its first bytes, and then nothing more until it is continued or broken.</summary>
internal sealed class SlowContent(byte[] first) : HttpContent
{
    private readonly TaskCompletionSource<byte[]> _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Continue(byte[] rest) => _rest.SetResult(rest);

    public void Break() => _rest.SetException(new IOException("The sender broke."));

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(first, ReceiverUnderTest.Cancellation);
        await stream.FlushAsync(ReceiverUnderTest.Cancellation);
        await stream.WriteAsync(await _rest.Task, ReceiverUnderTest.Cancellation);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _rest.TrySetResult([]);
        base.Dispose(disposing);
    }
}
