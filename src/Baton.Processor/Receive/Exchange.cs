using Microsoft.AspNetCore.Http.Features;

namespace Baton.Processor.Receive;

/// <summary>
/// One request in flight with the memory it holds. Kestrel keeps it with the connection or stream, and it serves one request after another.
/// </summary>
internal sealed class Exchange(Admission admission, StallWatch stalls)
{
    private long _held;

    /// <summary>The request and its answer.</summary>
    public DefaultHttpContext Http { get; } = new();

    /// <summary>The body as it comes.</summary>
    public RequestBody Body { get; } = new(admission, stalls);

    /// <summary>The body decompressed, where it came compressed.</summary>
    public PooledBytes Plain { get; } = new(admission);

    /// <summary>The message, where the body came as JSON.</summary>
    public PooledBytes Converted { get; } = new(admission);

    /// <summary>The request without what was rejected of it, where something was.</summary>
    public PooledBytes Cut { get; } = new(admission);

    /// <summary>Begins with a request.</summary>
    public void Begin(IFeatureCollection features)
    {
        Http.Initialize(features);
        Body.Begin(Http.Request.BodyReader);
    }

    /// <summary>Counts memory that belongs to this request but is not this exchange's own, until <see cref="Release"/>; false when there is no room.</summary>
    public bool TryHold(long bytes)
    {
        if (!admission.TryReserve(bytes))
            return false;
        _held += bytes;
        return true;
    }

    /// <summary>Gives back all memory: before the answer is written, so that nobody holds it by not reading.</summary>
    public void Release()
    {
        Body.Release();
        Plain.Release();
        Converted.Release();
        Cut.Release();
        admission.Release(_held);
        _held = 0;
    }

    /// <summary>Ends the request.</summary>
    public void End()
    {
        Release();
        Http.Uninitialize();
    }
}
