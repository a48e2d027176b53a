namespace Baton.Processor.Forward;

/// <summary>A destination's protocol. It makes one attempt; retrying, counting and the cursor are the <see cref="Forwarder"/>'s.</summary>
internal interface IExporter : IAsyncDisposable
{
    /// <summary>
    /// Sends a request once. Expected failures, the destination being away among them, are results. May be called several times at
    /// once.
    /// </summary>
    /// <param name="request">What to send; only read, and only until the task ends.</param>
    /// <param name="cancellation">Gives the attempt up.</param>
    Task<ExportResult> ExportAsync(ExportRequest request, CancellationToken cancellation);
}
