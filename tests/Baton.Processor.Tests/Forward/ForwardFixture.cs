using System.IO.Compression;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Telemetry;
using Baton.Processor.Tests.Journal;
using Baton.Testing;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Tests.Forward;

/// <summary>A journal on disk, and forwarders that run until the fixture goes.</summary>
internal sealed class ForwardFixture : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<Running> _running = [];

    public ForwardFixture() => Journal = Open();

    public Processor.Journal.Journal Journal { get; private set; }

    public PipelineMetrics Metrics { get; } = new(new Instruments());

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public static OtlpExporterOptions Otlp(Uri endpoint) => new()
    {
        Endpoint = new TargetAddress(endpoint.Host, endpoint.Port, endpoint.Scheme),
        RetryOnFailure = new RetryOptions { InitialInterval = TimeSpan.FromMilliseconds(1), MaxInterval = TimeSpan.FromMilliseconds(5) },
        // A machine that is busy with other tests must not look like a destination that does not answer.
        Timeout = TimeSpan.FromMinutes(5),
    };

    public static OtlpHttpExporterOptions Http(Uri endpoint) => new()
    {
        Endpoint = BaseUrl.TryParse(endpoint.ToString(), out var url) ? url : throw new FormatException(endpoint.ToString()),
        RetryOnFailure = new RetryOptions { InitialInterval = TimeSpan.FromMilliseconds(1), MaxInterval = TimeSpan.FromMilliseconds(5) },
        Timeout = TimeSpan.FromMinutes(5),
    };

    public RoutingOptions Routing { get; init; } = new();

    public Forwarder Create(IExporter exporter, ForwarderSettings? settings = null)
    {
        var name = settings?.Exporter ?? "otlp/test";
        // A test that says nothing of routes has everything forwarded to every exporter.
        var routing = Routing.Routes.Count == 0 ? Routing with { Default = [name] } : Routing;
        return new(settings ?? new ForwarderSettings(name), Router.Of(new Routes(routing), name, Metrics), exporter, Journal, Metrics, Time, Logger);
    }

    public Forwarder Start(OtlpExporterOptions options, string name = "otlp/test") =>
        Start(new OtlpGrpcExporter(options, Time), ForwarderSettings.Of(name, options));

    public Forwarder Start(OtlpHttpExporterOptions options, string name = "otlp/test") =>
        Start(new OtlpHttpExporter(options, Time), ForwarderSettings.Of(name, options));

    public Forwarder Start(IExporter exporter, ForwarderSettings? settings = null)
    {
        var forwarder = Create(exporter, settings);
        var stop = new CancellationTokenSource();
        _running.Add(new Running(forwarder, exporter, stop, forwarder.RunAsync(stop.Token)));
        return forwarder;
    }

    /// <summary>Ends every forwarder; throws what one of them died of.</summary>
    public async Task StopAsync()
    {
        foreach (var running in _running) await running.Stop.CancelAsync();
        foreach (var running in _running)
        {
            await running.Task.WaitAsync(TimeSpan.FromMinutes(5));
            running.Forwarder.Dispose();
            running.Stop.Dispose();
            await running.Exporter.DisposeAsync();
        }
        _running.Clear();
    }

    /// <summary>As after a restart of the process.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await Journal.DisposeAsync();
        Journal = Open();
    }

    public async Task<AppendResult> AppendAsync(byte[] payload, EntryKind kind = EntryKind.Traces, PayloadEncoding encoding = PayloadEncoding.Identity, int spans = 1)
    {
        var result = await Journal.AppendAsync(kind, encoding, "events, which are not forwarded"u8.ToArray(), payload, spans);
        Assert.Equal(AppendStatus.Stored, result.Status);
        return result;
    }

    /// <summary>Waits until everything appended so far is delivered or given up.</summary>
    public async Task DeliveredAsync(Forwarder forwarder)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(5));
        await forwarder.WaitForAsync(Journal.Tail, timeout.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Journal.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>A serialized request of one resource with spans of these names; ids follow from the names.</summary>
    public static byte[] Traces(params IEnumerable<string> names)
    {
        var scope = new ScopeSpans();
        foreach (var name in names)
        {
            scope.Spans.Add(new Span
            {
                Name = name,
                TraceId = ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)),
                SpanId = ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(16, 8)),
                StartTimeUnixNano = 1_700_000_000_000_000_000,
                EndTimeUnixNano = 1_700_000_000_250_000_000,
            });
        }
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { scope } } } }.ToByteArray();
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal)) gzip.Write(plain);
        return target.ToArray();
    }

    private Processor.Journal.Journal Open() => new JournalFixture(_directory["journal"], new FileSystemDisk()).Open();

    private sealed record Running(Forwarder Forwarder, IExporter Exporter, CancellationTokenSource Stop, Task Task);
}
