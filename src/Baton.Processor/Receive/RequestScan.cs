using Baton.Continuity.Scan;
using Microsoft.Extensions.ObjectPool;

namespace Baton.Processor.Receive;

/// <summary>A scanner and the events it writes. One request at a time has it, from its scan until the journal has its events.</summary>
internal sealed class RequestScan(ScanPlan plan) : IDisposable
{
    /// <summary>The scanner.</summary>
    public SpanScanner Scanner { get; } = new(plan);

    /// <summary>The events of the request.</summary>
    public EventWriter Events { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Events.Dispose();
}

/// <summary>Which scanners are kept for the next request.</summary>
internal sealed class RequestScanPolicy(ScanPlan plan) : PooledObjectPolicy<RequestScan>
{
    // About as many requests as wait for the journal at once under load.
    private const int MaximumRetained = 64;

    // The events of some hundred spans with roles. What one huge request made a scanner grow to is not kept for the small ones after it.
    private const int KeptEventBytes = 256 << 10;
    private const int KeptRejections = 1024;

    /// <summary>A pool of scanners of one plan. Its scanners have no events.</summary>
    public static ObjectPool<RequestScan> CreatePool(ScanPlan plan) =>
        new DefaultObjectPoolProvider { MaximumRetained = MaximumRetained }.Create(new RequestScanPolicy(plan));

    /// <inheritdoc/>
    public override RequestScan Create() => new(plan);

    /// <inheritdoc/>
    public override bool Return(RequestScan obj)
    {
        var kept = obj.Events.Written.Length <= KeptEventBytes && obj.Scanner.Rejected.Length <= KeptRejections;
        obj.Events.Clear();
        return kept;
    }
}
