using Baton.Continuity.Scan;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Tests.State;
using Baton.Testing;
using Baton.Testing.Engine;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Baton.Processor.Tests.Commands;

/// <summary>A stop is taken at any moment, and what it saves makes the next start a short one.</summary>
public sealed class PipelineStopTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Lines _lines = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_stop_that_comes_while_the_journal_is_replayed_opens_no_port_and_loses_nothing()
    {
        await Fill(requests: 2_000);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Pipeline.RunAsync(Options(), _lines, TimeProvider.System, stop.Token).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

        Assert.DoesNotContain(_lines.All, line => line.StartsWith("Baton takes", StringComparison.Ordinal));
        Assert.Contains(_lines.All, line => line.StartsWith("Baton has stopped", StringComparison.Ordinal));
        await RunUntilOpen();
        using var state = StateDirectory.Open(StateDirectoryOptions.Of(Options().State), new FileSystemDisk(), TimeProvider.System, new RecordingLogger());
        Assert.Equal(2_000, state.Keys);
    }

    [Fact]
    public async Task After_a_graceful_stop_nothing_is_replayed()
    {
        await Fill(requests: 100);
        await RunUntilOpen();
        _lines.All.Clear();

        await RunUntilOpen();

        Assert.Contains(_lines.All, line => line.StartsWith("Watching 100 traces; 0 journal entries were replayed", StringComparison.Ordinal));
    }

    private BatonOptions Options()
    {
        var loaded = BatonConfiguration.Load(
            [],
            [
                "receivers.otlp.protocols.grpc.endpoint=127.0.0.1:0", "receivers.otlp.protocols.http.endpoint=127.0.0.1:0", "service.admin.endpoint=127.0.0.1:0",
                $"journal.directory={_directory["journal"]}", $"state.directory={_directory["state"]}", "state.memory=64MiB", "routing.default=[]", "service.stop_timeout=2m",
            ],
            _ => null);
        Assert.Empty(loaded.Faults);
        return loaded.Options!;
    }

    private async Task RunUntilOpen()
    {
        using var stop = new CancellationTokenSource();
        _lines.Wanted = ("Baton takes", stop);
        await Pipeline.RunAsync(Options(), _lines, TimeProvider.System, stop.Token).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
    }

    private async Task Fill(int requests)
    {
        await using var journal = Processor.Journal.Journal.Open(JournalOptions.Of(Options().Journal), TimeProvider.System, new FileSystemDisk(), new RecordingLogger());
        var scanner = new SpanScanner(ScanPlan.Create(Processor.Watch.ContinuityRules.From(Options().Continuity)));
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(Story.Epoch / 1_000_000)).TotalSeconds;
        for (var i = 0; i < requests; i++)
        {
            var request = Story.Request([SpanSpec.Producer("produce.job", now - 1, now).As($"p{i}").In($"t{i}")]).ToByteArray();
            using var events = new EventWriter();
            Assert.True(scanner.Scan(request, events).IsOk);
            await journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, events.Written.ToArray(), request, 1);
        }
    }

    /// <summary>Keeps what is logged, and stops at a line.</summary>
    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> All { get; } = [];

        public (string Start, CancellationTokenSource Stop)? Wanted { get; set; }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = formatter(state, exception);
            lock (All) All.Add(line);
            if (Wanted is { } wanted && line.StartsWith(wanted.Start, StringComparison.Ordinal)) wanted.Stop.Cancel();
        }

        public void Dispose()
        {
        }
    }
}
