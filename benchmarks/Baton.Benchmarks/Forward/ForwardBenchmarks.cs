using System.Buffers;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Telemetry;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Benchmarks.Forward;

/// <summary>
/// What forwarding an entry costs without a network: appended, taken up, merged, written into a transport's buffer, settled. The exporter accepts at once, so the forwarder keeps up and gets its entries from memory.
/// </summary>
[MemoryDiagnoser]
public class ForwardBenchmarks
{
    private const int Entries = 256;

    private byte[] _payload = [];
    private Journal _journal = null!;
    private Func<Task> _settled = () => Task.CompletedTask;
    private Func<Task> _close = () => Task.CompletedTask;

    /// <summary>Bytes of an entry's payload: requests of 50 and of 512 spans.</summary>
    [Params(15_000, 150_000)]
    public int PayloadBytes { get; set; }

    /// <summary>Opens a journal on an empty directory, and forwards from it.</summary>
    [GlobalSetup]
    public void Open()
    {
        _payload = new byte[PayloadBytes];
        new Random(1).NextBytes(_payload);
        var directory = Directory.CreateTempSubdirectory("baton-benchmark-").FullName;
        _journal = Journal.Open(new JournalOptions { Directory = directory }, TimeProvider.System, new FileSystemDisk(), NullLogger.Instance);
        var metrics = new PipelineMetrics(new Instruments());
        var router = Router.Of(new Routes(new RoutingOptions { Default = ["sink"] }), "sink", metrics);
        var forwarder = new Forwarder(new ForwarderSettings("sink"), router, new AcceptingExporter(), _journal, metrics, TimeProvider.System, NullLogger.Instance);
        var stop = new CancellationTokenSource();
        var running = Task.Run(() => forwarder.RunAsync(stop.Token));
        _settled = () => forwarder.WaitForAsync(_journal.Tail, CancellationToken.None);
        _close = async () =>
        {
            await stop.CancelAsync();
            await running;
            forwarder.Dispose();
            stop.Dispose();
            await _journal.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        };
    }

    /// <summary>Stops forwarding, and removes the directory.</summary>
    [GlobalCleanup]
    public Task Close() => _close();

    /// <summary>Entries one after another, until the last one is settled.</summary>
    [Benchmark(OperationsPerInvoke = Entries)]
    public async Task AppendAndForward()
    {
        for (var i = 0; i < Entries; i++) await _journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, ReadOnlyMemory<byte>.Empty, _payload, 512);
        await _settled();
    }

    /// <summary>Copies a request as a transport does, and accepts it.</summary>
    private sealed class AcceptingExporter : IExporter
    {
        private readonly ArrayBufferWriter<byte> _sent = new(4 << 20);

        public Task<ExportResult> ExportAsync(ExportRequest request, CancellationToken cancellation)
        {
            lock (_sent)
            {
                _sent.ResetWrittenCount();
                request.TryWriteTo(_sent);
            }
            return Task.FromResult(ExportResult.Accepted);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
