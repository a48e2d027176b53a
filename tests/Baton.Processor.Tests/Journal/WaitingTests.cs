using Baton.Processor.Journal;
using Baton.Testing;

namespace Baton.Processor.Tests.Journal;

/// <summary>Waiting readers, closing, and the lock.</summary>
public sealed class WaitingTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_waiting_reader_is_woken_by_the_next_entry()
    {
        await using var journal = Fixture().Open();
        using var reader = journal.OpenReader(0);
        for (byte i = 0; i < 100; i++)
        {
            var waiting = reader.ReadAsync(1 << 16, TestContext.Current.CancellationToken);
            Assert.False(waiting.IsCompleted);
            await journal.Append([i]);
            using var block = await waiting;
            Assert.Equal([i], Assert.Single(block!.Copy()).Payload);
        }
    }

    [Fact]
    public async Task A_cancelled_wait_ends_and_the_reader_can_go_on()
    {
        await using var journal = Fixture().Open();
        using var reader = journal.OpenReader(0);
        using var cancellation = new CancellationTokenSource();
        var waiting = reader.ReadAsync(1 << 16, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await journal.Append([1]);
        using var block = await reader.ReadAsync(1 << 16, TestContext.Current.CancellationToken);
        Assert.Equal(1, block!.Count);
    }

    [Fact]
    public async Task Closing_ends_waits_with_null_and_refuses_appends()
    {
        var journal = Fixture().Open();
        using var reader = journal.OpenReader(0);
        var waiting = reader.ReadAsync(1 << 16, TestContext.Current.CancellationToken);
        await journal.DisposeAsync();
        Assert.Null(await waiting);
        Assert.Null(await reader.ReadAsync(1 << 16, TestContext.Current.CancellationToken));
        Assert.Equal(AppendStatus.Closed, (await journal.Append([1])).Status);
    }

    [Fact]
    public async Task Closing_among_concurrent_appends_stores_exactly_what_was_acknowledged()
    {
        for (var round = 0; round < 20; round++)
        {
            using var directory = new TempDirectory();
            // Bounded, should the close be long in coming.
            var fixture = new JournalFixture(directory.Path, new FileSystemDisk()) { MaxSizeBytes = 64 << 20 };
            var journal = fixture.Open();
            var appenders = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                var stored = 0;
                while ((await journal.Append(new byte[5_000])).Status == AppendStatus.Stored) stored++;
                return stored;
            })).ToList();
            while (journal.Tail < 100_000) await Task.Yield();
            await journal.DisposeAsync();
            var total = (await Task.WhenAll(appenders)).Sum();
            await using var reopened = fixture.Open();
            Assert.Equal(total, reopened.ReadAll().Count);
            Assert.Equal(0, reopened.Recovery.TornBytes);
        }
    }

    [Fact]
    public async Task A_second_holder_is_refused_with_the_name_of_the_directory_until_the_first_closes()
    {
        var journal = Fixture().Open();
        var e = Assert.Throws<StartupException>(() => Fixture().Open());
        Assert.Contains(_directory.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("in use", e.Message, StringComparison.Ordinal);
        await journal.DisposeAsync();
        await using var second = Fixture().Open();
    }

    [Fact]
    public void A_directory_that_cannot_be_created_is_refused_with_its_name()
    {
        File.WriteAllText(_directory["file"], "");
        var e = Assert.Throws<StartupException>(() => new JournalFixture(_directory["file/journal"], new FileSystemDisk()).Open());
        Assert.Contains(_directory["file/journal"], e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_lives_until_its_last_holder_lets_go()
    {
        await using var journal = Fixture().Open();
        await journal.Append([1, 2, 3]);
        using var reader = journal.OpenReader(0);
        Assert.True(reader.TryRead(1 << 16, out var block));
        block.AddRef();
        block.Dispose();
        Assert.Equal([1, 2, 3], block[0].Payload.ToArray());
        block.Dispose();
        Assert.Throws<ObjectDisposedException>(() => block[0]);
        Assert.Throws<ObjectDisposedException>(block.AddRef);
    }

    private JournalFixture Fixture() => new(_directory.Path, new FileSystemDisk());
}
