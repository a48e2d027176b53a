using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;

namespace Baton.Processor.Telemetry.Push;

/// <summary>
/// Sends Baton's own metrics as OTLP, from time to time: into the journal, from where the chosen exporters forward them with the retries and
/// the limits that they have for everything else. While the journal takes nothing, cumulative values are simply told the next time, and
/// deltas go on adding up. One thread at a time.
/// </summary>
internal sealed class MetricsPush
{
    private const string Scope = "baton";

    private readonly Instruments _instruments;
    private readonly AppendEntry _append;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResourceMetrics _origin;
    private readonly ulong _begun;
    private MetricsOtlpOptions _options;
    private TaskCompletionSource _changed = new();
    private CountedBefore _before = CountedBefore.Nothing;
    private ulong _sent;
    private bool _refused;

    /// <param name="options">What to send, and to whom.</param>
    /// <param name="instruments">What there is.</param>
    /// <param name="instance">Tells this Baton from others: the host and a port of its own.</param>
    /// <param name="append">The journal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told when the journal takes none.</param>
    public MetricsPush(MetricsOtlpOptions options, Instruments instruments, string instance, AppendEntry append, TimeProvider time, ILogger logger)
    {
        (_options, _instruments, _append, _time, _logger) = (options, instruments, append, time, logger);
        _begun = _sent = Now();
        var version = typeof(MetricsPush).Assembly.GetName().Version?.ToString(3) ?? "";
        _origin = new ResourceMetrics
        {
            Resource = new Resource
            {
                Attributes =
                {
                    Text("service.name", "baton"), Text("service.version", version), Text("service.instance.id", instance),
                    Text("host.name", Environment.MachineName),
                },
            },
            ScopeMetrics = { new ScopeMetrics { Scope = new InstrumentationScope { Name = Scope, Version = version } } },
        };
    }

    /// <summary>Goes by other options from now on; the interval begins anew. Any thread.</summary>
    public void Use(MetricsOtlpOptions options)
    {
        Volatile.Write(ref _options, options);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource()).SetResult();
    }

    /// <summary>Sends at each interval until it is stopped, and then once more: what was counted last is not lost.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        do
        {
            // Read before the options: what changes in between is seen at once.
            var changed = Volatile.Read(ref _changed).Task;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var interval = Task.Delay(Volatile.Read(ref _options).Interval, _time, over.Token);
            await Task.WhenAny(interval, changed);
            await over.CancelAsync();
            if (interval.IsCompletedSuccessfully || stop.IsCancellationRequested) await SendAsync();
        }
        while (!stop.IsCancellationRequested);
    }

    /// <summary>Sends what there is now.</summary>
    public async Task SendAsync()
    {
        var options = Volatile.Read(ref _options);
        if (options.Exporters.Count == 0) return;
        var metrics = await Scrape.ReadAsync(_instruments.Registry, CancellationToken.None);
        var now = Now();
        var delta = options.Temporality == MetricsTemporality.Delta;
        var request = new MetricsRequest(options.Temporality, delta ? _before : CountedBefore.Nothing, delta ? _sent : _begun, _sent, now);
        var payload = request.Of(metrics, _origin).ToByteArray();
        var result = await _append(EntryKind.OwnMetrics, PayloadEncoding.Identity, ReadOnlyMemory<byte>.Empty, payload, spanCount: 0);
        var refused = result.Status != AppendStatus.Stored;
        if (refused && !_refused)
            _logger.LogWarning("The journal does not take Baton's own metrics ({Status}); they are sent when it does again, and /metrics has them now.", result.Status);
        _refused = refused;
        if (refused) return;
        (_before, _sent) = (CountedBefore.In(metrics), now);
    }

    private ulong Now() => (ulong)(_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
