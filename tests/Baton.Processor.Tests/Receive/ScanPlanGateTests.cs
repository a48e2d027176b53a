using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Processor.Receive;

namespace Baton.Processor.Tests.Receive;

/// <summary>Between two scan plans there is a moment at which nobody uses either: then the journal is told.</summary>
public sealed class ScanPlanGateTests
{
    private static readonly ScanPlan Plan = ScanPlan.Create(new ContinuityOptions { Relays = [] });

    [Fact]
    public async Task The_change_waits_for_who_is_within_and_who_comes_waits_for_the_change()
    {
        var gate = new ScanPlanGate(Plan);
        var within = await gate.EnterAsync();
        var declaring = new TaskCompletionSource<bool>();
        var declared = false;

        var replacing = gate.ReplaceAsync(Plan, () =>
        {
            declared = true;
            return declaring.Task;
        });
        var waiting = gate.EnterAsync().AsTask();
        Assert.False(declared || waiting.IsCompleted);
        within.Leave();
        while (!Volatile.Read(ref declared)) await Task.Delay(1, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        declaring.SetResult(true);

        Assert.True(await replacing);
        Assert.NotSame(within.Scans, (await waiting).Scans);
    }

    [Fact]
    public async Task What_cannot_be_declared_changes_nothing()
    {
        var gate = new ScanPlanGate(Plan);
        var before = await gate.EnterAsync();
        before.Leave();

        Assert.False(await gate.ReplaceAsync(Plan, () => Task.FromResult(false)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => gate.ReplaceAsync(Plan, () => throw new InvalidOperationException()));

        Assert.Same(before.Scans, (await gate.EnterAsync()).Scans);
    }

    [Fact]
    public async Task Under_load_no_user_of_a_plan_overlaps_a_change()
    {
        var gate = new ScanPlanGate(Plan);
        var inside = 0;
        var overlaps = 0;
        using var stop = new CancellationTokenSource();
        var users = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var plan = await gate.EnterAsync();
                Interlocked.Increment(ref inside);
                await Task.Yield();
                Interlocked.Decrement(ref inside);
                plan.Leave();
            }
        })).ToList();
        for (var i = 0; i < 300; i++)
        {
            await gate.ReplaceAsync(Plan, async () =>
            {
                if (Volatile.Read(ref inside) != 0) Interlocked.Increment(ref overlaps);
                await Task.Yield();
                if (Volatile.Read(ref inside) != 0) Interlocked.Increment(ref overlaps);
                return true;
            });
        }
        await stop.CancelAsync();
        await Task.WhenAll(users);

        Assert.Equal(0, overlaps);
    }
}
