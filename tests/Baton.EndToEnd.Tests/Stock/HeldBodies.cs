using System.Net;

namespace Baton.EndToEnd.Tests.Stock;

/// <summary>
/// Holds calls of a stock client under way: sends the first bytes of each body, and the rest once it is released. The first call passes at once,
/// so that a connection is there.
/// </summary>
internal sealed class HeldBodies() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _holding;

    /// <summary>Ends when the first bytes of a held body are sent.</summary>
    public Task UnderWay => _underWay.Task;

    /// <summary>Holds the calls that begin from now on.</summary>
    public void Hold() => _holding = true;

    /// <summary>Holds no further call; those that are held stay so.</summary>
    public void Pass() => _holding = false;

    /// <summary>Sends the rest of what was held.</summary>
    public void Release() => _released.TrySetResult();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_holding)
            request.Content = new Held(request.Content!, this, cancellationToken);
        return base.SendAsync(request, cancellationToken);
    }

    private sealed class Held : HttpContent
    {
        private readonly HttpContent _whole;
        private readonly HeldBodies _owner;
        private readonly CancellationToken _given;

        public Held(HttpContent whole, HeldBodies owner, CancellationToken given)
        {
            (_whole, _owner, _given) = (whole, owner, given);
            foreach (var (name, values) in whole.Headers)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var whole = new MemoryStream();
            await _whole.CopyToAsync(whole, context, _given);
            var bytes = whole.ToArray();
            await stream.WriteAsync(bytes.AsMemory(0, 3), _given);
            await stream.FlushAsync(_given);
            _owner._underWay.TrySetResult();
            await _owner._released.Task.WaitAsync(_given);
            await stream.WriteAsync(bytes.AsMemory(3), _given);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
