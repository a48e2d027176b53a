using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>An exporter with its forwarder, from its start to its end; it may end before the leg does.</summary>
internal sealed class RunningExporter(Forwarder forwarder, IExporter exporter, ExporterOptions options) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>What forwards to it.</summary>
    public Forwarder Forwarder => forwarder;

    /// <summary>Whether it was made from the same options.</summary>
    public bool IsOf(ExporterOptions other) => ConfigurationChanges.AreSame(options, other);

    /// <summary>Begins to forward, on a thread of its own: with a backlog it may run for long before it first waits.</summary>
    /// <param name="stopping">Ends reading and retrying.</param>
    /// <param name="abort">Ends the calls under way too.</param>
    /// <returns>The run.</returns>
    public Task Start(CancellationToken stopping, CancellationToken abort) => _running = Task.Run(() => RunAsync(stopping, abort), CancellationToken.None);

    /// <summary>Ends it: the calls under way are waited for, and what is left stays in the journal.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        forwarder.Dispose();
        await exporter.DisposeAsync();
    }

    private async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _stop.Token);
        await forwarder.RunAsync(stop.Token, abort);
    }
}
