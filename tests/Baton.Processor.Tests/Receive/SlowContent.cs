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

/// <summary>A body that is sent in pieces of one size.</summary>
internal sealed class PiecewiseContent(byte[] bytes, int piece) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var at = 0; at < bytes.Length; at += piece)
        {
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), ReceiverUnderTest.Cancellation);
            await stream.FlushAsync(ReceiverUnderTest.Cancellation);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
