using Baton.Continuity.Join;
using Baton.Processor.State;
using Baton.Testing;
using static Baton.Processor.Tests.State.StateAccess;

namespace Baton.Processor.Tests.State;

public sealed class FasterStateStoreTests : IDisposable
{
    private readonly TempDirectory _temporary = new();
    private readonly StateDirectory _directory;
    private readonly FasterStateStore _store;

    public FasterStateStoreTests()
    {
        _directory = new StateFixture(_temporary["state"]).Open();
        _store = _directory.Faster();
    }

    public void Dispose()
    {
        _directory.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void A_record_takes_224_bytes() => Assert.Equal(224, 8 + System.Runtime.CompilerServices.Unsafe.SizeOf<RecordKey>() + System.Runtime.CompilerServices.Unsafe.SizeOf<StateRecord>());

    [Fact]
    public async Task The_place_of_every_stored_key_is_found_in_the_index_and_of_others_it_is_empty()
    {
        var keys = Enumerable.Range(1, 100).Select(number => Key(number)).ToList();
        Assert.True(_store.Index.IsKnown);
        Assert.All(keys, key => Assert.Equal(0, _store.Index.Fetch(new RecordKey(key, 0))));

        _store.Put(keys.Select(key => (key, new byte[] { 1 })));

        Assert.All(keys, key => Assert.NotEqual(0, _store.Index.Fetch(new RecordKey(key, 0))));
        Assert.True(await _directory.CheckpointAsync(1, default));
        using var recovered = new StateFixture(_temporary["state"]).AfterKill(_temporary, "after").Open();
        Assert.All(keys, key => Assert.NotEqual(0, recovered.Faster().Index.Fetch(new RecordKey(key, 0))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(StateRecord.Capacity - 1)]
    [InlineData(StateRecord.Capacity)]
    [InlineData(StateRecord.Capacity + 1)]
    [InlineData(2 * StateRecord.Capacity)]
    [InlineData(2 * StateRecord.Capacity + 1)]
    [InlineData(10_000)]
    [InlineData(3_000_000)]
    public void A_value_of_any_size_comes_back(int length)
    {
        var value = Value(length, length);
        _store.Put((Key(1), value), (Key(2), [2]));

        Assert.Equal(value, _store.Get(Key(1)));
        Assert.Equal([2], _store.Get(Key(2)));
        Assert.Equal(2, _store.Count);
        Assert.Equal(value, _store.All()[Key(1)]);
    }

    [Fact]
    public void An_absent_key_loads_as_empty() => Assert.Empty(_store.Get(Key(7)));

    [Fact]
    public void A_value_that_grows_shrinks_and_grows_again_is_always_the_newest_one()
    {
        foreach (var length in new[] { 100, 1000, 50, 400, 0, 5000, 188, 189, 0, 1, 20_000, 377, 376 })
        {
            var value = Value(length, length);
            _store.Put((Key(1), value));

            Assert.Equal(value, _store.Get(Key(1)));
            _store.AssertHolds(length == 0 ? [] : new() { [Key(1)] = value });
        }
    }

    [Fact]
    public void The_parts_of_a_value_that_shrank_are_removed()
    {
        _store.Put((Key(1), Value(1, 1000)));
        _store.Put((Key(1), Value(2, 10)));

        Assert.True(_store.Holds(Key(1), 0));
        Assert.All(Enumerable.Range(1, 10), part => Assert.False(_store.Holds(Key(1), (uint)part)));
        Assert.Equal(1, _store.Records);
    }

    [Fact]
    public void A_deleted_key_stays_deleted_and_can_be_put_again()
    {
        _store.Put((Key(1), Value(1, 500)), (Key(2), Value(2, 20)));
        _store.Put((Key(1), []));

        Assert.Empty(_store.Get(Key(1)));
        _store.AssertHolds(new() { [Key(2)] = Value(2, 20) });

        _store.Put((Key(1), Value(3, 30)));
        _store.AssertHolds(new() { [Key(1)] = Value(3, 30), [Key(2)] = Value(2, 20) });
    }

    [Fact]
    public void Deleting_an_absent_key_changes_nothing()
    {
        _store.Put((Key(1), []));

        Assert.Equal(0, _store.Count);
        Assert.Empty(_store.All());
    }

    [Fact]
    public void A_batch_that_is_committed_twice_counts_once()
    {
        var batch = new StateBatch();
        batch.SlotOf(Key(1));
        _store.Load(batch);
        batch.Change(0, Value(1, 400));
        _store.Commit(batch);
        batch.Change(0, Value(2, 100));
        _store.Commit(batch);

        _store.AssertHolds(new() { [Key(1)] = Value(2, 100) });
        Assert.False(_store.Holds(Key(1), 1));
    }

    [Fact]
    public void A_slot_added_after_a_load_is_loaded_by_the_next()
    {
        _store.Put((Key(1), [1]), (Key(2), [2]));
        var batch = new StateBatch();
        var first = batch.SlotOf(Key(1));
        _store.Load(batch);
        batch.Change(first, [9]);
        var second = batch.SlotOf(Key(2));
        _store.Load(batch);

        Assert.Equal([9], batch.ValueOf(first).ToArray());
        Assert.Equal([2], batch.ValueOf(second).ToArray());
    }

    [Fact]
    public void Keys_that_differ_in_one_bit_are_different_keys()
    {
        var keys = Enumerable.Range(0, 128).Select(bit => bit < 64 ? new StateKey(1UL << bit, 0) : new StateKey(0, 1UL << (bit - 64))).Append(new StateKey(0, 0)).ToArray();
        var expected = keys.Select((key, i) => (key, value: Value(i, 200 + i))).ToDictionary(each => each.key, each => each.value);

        _store.Put(expected.Select(each => (each.Key, each.Value)));

        _store.AssertHolds(expected);
    }

    [Fact]
    public async Task More_than_memory_holds_is_on_disk_and_comes_back()
    {
        const int keys = 100_000;
        for (var i = 0; i < keys; i += 1000) _store.Put(Enumerable.Range(i, 1000).Select(n => (Key(n), Value(n, 60 + n % 300))));
        Assert.True(_store.LogBytes > 2 * StoreSizing.Of(16 << 20).LogBytes);

        // The oldest, from disk, in batches that mix what is on disk with what is not; some are changed and removed at once.
        for (var i = 0; i < 5000; i += 500)
        {
            var loaded = _store.Get([.. Enumerable.Range(i, 500).SelectMany(n => new[] { Key(n), Key(keys - 1 - n) })]);
            for (var n = 0; n < 500; n++)
            {
                Assert.Equal(Value(i + n, 60 + (i + n) % 300), loaded[2 * n]);
                var last = keys - 1 - i - n;
                Assert.Equal(Value(last, 60 + last % 300), loaded[2 * n + 1]);
            }
            _store.Put(Enumerable.Range(i, 500).Select(n => (Key(n), n % 2 == 0 ? [] : Value(-n, 400))));
        }

        var expected = Enumerable.Range(0, keys).Where(n => n >= 5000 || n % 2 != 0).ToDictionary(n => Key(n), n => n < 5000 ? Value(-n, 400) : Value(n, 60 + n % 300));
        _store.AssertHolds(expected);
        Assert.True(await _directory.CheckpointAsync(1, default));
        _store.AssertHolds(expected);
    }

    [Fact]
    public async Task Churn_does_not_grow_the_log_for_ever()
    {
        var expected = Enumerable.Range(0, 1000).ToDictionary(n => Key(-n - 1), n => Value(n, 100));
        _store.Put(expected.Select(each => (each.Key, each.Value)));
        var memory = StoreSizing.Of(16 << 20).LogBytes;

        for (var round = 0; round < 100; round++)
        {
            _store.Put(Enumerable.Range(round * 5000, 5000).Select(n => (Key(n), Value(n, 100))));
            if (round % 10 == 9) Assert.True(await _directory.CheckpointAsync(round, default));
            _store.Put(Enumerable.Range(round * 5000, 5000).Select(n => (Key(n), Array.Empty<byte>())));
        }

        // 200 MB were written; what is kept is bounded by memory, and by the two checkpoints that keep files.
        Assert.InRange(await _store.SettledAsync(() => _store.LogBytes, 2 * memory), 0, 2 * memory);
        Assert.InRange(_store.DiskBytes, 0, 5L << StoreSizing.SegmentBits);
        _store.AssertHolds(expected);
    }

    [Fact]
    public async Task Memory_follows_what_is_alive_and_does_not_wait_until_it_is_full()
    {
        using var directory = new StateFixture(_temporary["large"]) { MemoryBytes = 128 << 20 }.Open();
        var store = directory.Faster();
        // 27 MiB of records, in memory all of them, and then gone.
        for (var i = 0; i < 128_000; i += 1000) store.Put(Enumerable.Range(i, 1000).Select(n => (Key(n), Value(n, 100))));
        Assert.True(await directory.CheckpointAsync(1, default));
        Assert.True(store.MemoryBytes - store.Sizing.IndexBytes > 27 << 20);
        for (var i = 0; i < 128_000; i += 1000) store.Put(Enumerable.Range(i, 1000).Select(n => (Key(n), Array.Empty<byte>())));

        for (var round = 0; round < 30; round++)
        {
            Assert.True(await directory.CheckpointAsync(2 + round, default));
            store.Put(Enumerable.Range(-20_000, 10_000).Select(n => (Key(n), Value(n, 100))));
        }

        // 2 MiB are alive; since the last checkpoint, 2 MiB were written. The log may be a sixteenth of its memory in any case, and a few empty pages are kept.
        Assert.InRange(await store.SettledAsync(() => store.LogBytes, 14 << 20), 0, 14 << 20);
        Assert.InRange(await store.SettledAsync(() => store.MemoryBytes - store.Sizing.IndexBytes, 22 << 20), 0, 22 << 20);
    }

    [Fact]
    public async Task Memory_follows_what_is_alive_between_checkpoints_too()
    {
        using var directory = new StateFixture(_temporary["large"]) { MemoryBytes = 128 << 20 }.Open();
        var store = directory.Faster();
        var expected = Enumerable.Range(0, 1000).ToDictionary(n => Key(-n - 1), n => Value(n, 100));
        store.Put(expected.Select(each => (each.Key, each.Value)));

        // 56 MiB come and go, and no checkpoint makes any of it read-only.
        for (var i = 0; i < 250_000; i += 5000)
        {
            store.Put(Enumerable.Range(i, 5000).Select(n => (Key(n), Value(n, 100))));
            store.Put(Enumerable.Range(i, 5000).Select(n => (Key(n), Array.Empty<byte>())));
        }

        Assert.InRange(await store.SettledAsync(() => store.LogBytes, 12 << 20), 0, 12 << 20);
        store.AssertHolds(expected);
    }
}
