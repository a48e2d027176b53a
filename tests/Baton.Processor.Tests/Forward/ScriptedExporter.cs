using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Baton.Processor.Forward;
using Baton.Processor.Journal;

namespace Baton.Processor.Tests.Forward;

/// <summary>An attempt as an exporter saw it, to be answered when the test wants.</summary>
internal sealed class Attempt(ExportRequest request, byte[] payload)
{
    private readonly TaskCompletionSource<ExportResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ExportRequest Request => request;

    /// <summary>What would have gone over the wire.</summary>
    public byte[] Payload => payload;

    public Task<ExportResult> Task => _answer.Task;

    public void Answer(ExportResult result) => _answer.TrySetResult(result);
}

/// <summary>An exporter without a network: attempts come to the test, which answers them in the order it likes.</summary>
internal sealed class ScriptedExporter : IExporter
{
    private readonly Channel<Attempt> _attempts = Channel.CreateUnbounded<Attempt>();
    private readonly SemaphoreSlim _came = new(0);
    private volatile Func<Attempt, ExportResult?> _atOnce;

    /// <param name="atOnce">Answers at once; null leaves it to the test.</param>
    public ScriptedExporter(Func<Attempt, ExportResult?>? atOnce = null) => _atOnce = atOnce ?? (_ => null);

    /// <summary>Every attempt so far.</summary>
    public ConcurrentQueue<Attempt> All { get; } = new();

    public static ExportResult Unavailable { get; } = new(ExportOutcome.Retryable) { Kind = "UNAVAILABLE", Message = "not now" };

    public static ExportResult Invalid { get; } = new(ExportOutcome.Permanent) { Kind = "INVALID_ARGUMENT", Message = "never", MayConcernOnePart = true };

    /// <summary>The next attempt, as soon as there is one.</summary>
    public async Task<Attempt> NextAsync() => await _attempts.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(5));

    /// <summary>Ends when this many attempts have come.</summary>
    public async Task WaitForAsync(int attempts)
    {
        while (All.Count < attempts) await _came.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(5));
    }

    /// <summary>Accepts what waits, and everything that comes.</summary>
    public void AcceptAll()
    {
        _atOnce = _ => ExportResult.Accepted;
        foreach (var attempt in All) attempt.Answer(ExportResult.Accepted);
    }

    /// <summary>Whether an attempt has come that <see cref="NextAsync"/> has not given yet.</summary>
    public bool HasNext => _attempts.Reader.TryPeek(out _);

    public async Task<ExportResult> ExportAsync(ExportRequest request, CancellationToken cancellation)
    {
        var payload = new ArrayBufferWriter<byte>();
        Assert.True(request.TryWriteTo(payload));
        var attempt = new Attempt(request, payload.WrittenSpan.ToArray());
        All.Enqueue(attempt);
        _came.Release();
        // Entered in the list first: AcceptAll then finds it, or is found here.
        if (_atOnce(attempt) is { } result) return result;
        Assert.True(_attempts.Writer.TryWrite(attempt));
        return await attempt.Task.WaitAsync(cancellation).ContinueWith(
            task => task.IsCanceled ? new ExportResult(ExportOutcome.Retryable) { Kind = "CANCELLED" } : task.Result, TaskScheduler.Default);
    }

    public ValueTask DisposeAsync()
    {
        _came.Dispose();
        return ValueTask.CompletedTask;
    }
}
