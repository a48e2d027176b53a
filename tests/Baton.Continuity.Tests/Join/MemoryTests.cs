using Baton.Continuity.Join;

namespace Baton.Continuity.Tests.Join;

/// <summary>Where an epoch keeps its bytes and records.</summary>
public class MemoryTests
{
    [Fact]
    public void What_an_arena_keeps_stays_as_it_is_whatever_follows_and_however_large_it_is()
    {
        var arena = new Arena();
        var kept = ((int[])[40_000, 20_000, 5_536, 1, 200_000, 3, 65_536, 65_537, 7])
            .Select((length, i) => (Value: (byte)(i + 1), Length: length, Bytes: arena.Copy(Enumerable.Repeat((byte)(i + 1), length).ToArray()))).ToList();
        Assert.All(kept, each =>
        {
            Assert.Equal(each.Length, each.Bytes.Count);
            Assert.Equal(each.Length, each.Bytes.AsSpan().Count(each.Value));
        });
    }

    [Fact]
    public void An_arena_uses_its_memory_again()
    {
        var arena = new Arena();
        var (first, second) = (arena.Copy(new byte[100]), arena.Copy(new byte[100]));
        Assert.Same(first.Array, second.Array);
        arena.Clear();
        Assert.Equal((first.Array, 0), (arena.Copy(new byte[50]).Array, first.Offset));
    }

    [Fact]
    public void A_batch_has_a_slot_for_each_key_however_many_and_keeps_what_is_put_there()
    {
        var batch = new StateBatch();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.Equal(i, batch.SlotOf(Key(i)));
                Assert.Equal((i, i + 1, -1, false), (batch.SlotOf(Key(i)), batch.Count, batch.StoredLengthOf(i), batch.IsChanged(i)));
                Assert.Equal(Key(i), batch.KeyOf(i));
                Assert.True(batch.ValueOf(i).IsEmpty);
                batch.Change(i, Value(i, 2 * i));
            }
            for (var i = 0; i < 200; i++)
            {
                Assert.True(batch.IsChanged(i));
                Assert.Equal(Value(i, 2 * i), batch.ValueOf(i).ToArray());
            }
            batch.Clear();
            Assert.Equal((0, 0), (batch.Count, batch.FirstUnloaded));
        }
    }

    [Fact]
    public void A_value_that_was_stored_need_not_be_committed_until_it_changes_again()
    {
        var batch = new StateBatch();
        batch.Add(Key(1), 7, Value(1, 300));
        Assert.Equal((7, true), (batch.StoredLengthOf(0), batch.IsChanged(0)));
        batch.SetStored(0);
        Assert.Equal((300, false), (batch.StoredLengthOf(0), batch.IsChanged(0)));
        batch.Change(0, Value(2, 400));
        Assert.Equal((300, true), (batch.StoredLengthOf(0), batch.IsChanged(0)));
        Assert.Equal(Value(2, 400), batch.ValueOf(0).ToArray());
    }

    [Fact]
    public void A_store_in_memory_loads_what_is_new_in_a_batch_once_and_commits_what_has_changed()
    {
        var store = new MemoryStateStore();
        var batch = new StateBatch();
        batch.Add(Key(1), 0, Value(1, 5));
        batch.Add(Key(2), 0, Value(2, 6));
        store.Commit(batch);
        Assert.Equal(2, store.Count);

        batch.Clear();
        batch.SlotOf(Key(1));
        store.Load(batch);
        Assert.Equal((5, 1, false), (batch.StoredLengthOf(0), batch.FirstUnloaded, batch.IsChanged(0)));
        batch.Change(0, Value(3, 9));
        batch.SlotOf(Key(2));
        batch.SlotOf(Key(3));
        store.Load(batch);
        Assert.Equal(Value(3, 9), batch.ValueOf(0).ToArray());
        Assert.Equal((6, 0), (batch.ValueOf(1).Length, batch.ValueOf(2).Length));

        var seen = new Dictionary<StateKey, byte[]>();
        store.Commit(batch);
        store.Scan((key, value) => seen.Add(key, value.ToArray()));
        Assert.Equal([Key(1), Key(2)], seen.Keys.Order(Comparer<StateKey>.Create((a, b) => a.Low.CompareTo(b.Low))));
        Assert.Equal(Value(3, 9), seen[Key(1)]);
        batch.Change(0, default);
        store.Commit(batch);
        Assert.Equal(1, store.Count);
    }

    private static StateKey Key(int number) => new(1, (ulong)number);

    private static byte[] Value(int value, int length) => [.. Enumerable.Repeat((byte)value, length)];

    [Theory]
    [InlineData(300)]
    [InlineData(70_000)]
    public void Over_many_epochs_of_any_size_all_that_an_epoch_copied_is_there_until_it_ends(int most)
    {
        var arena = new Arena();
        var random = new Random(5);
        foreach (var pieces in (int[])[1, 2_000, 20, 20_000, 2_000])
        {
            var copied = new List<(ArraySegment<byte> Copy, byte[] Of)>();
            for (var i = 0; i < (most > 300 ? pieces / 100 : pieces); i++)
            {
                var bytes = new byte[random.Next(most)];
                random.NextBytes(bytes);
                copied.Add((arena.Copy(bytes), bytes));
            }
            Assert.All(copied, piece => Assert.True(piece.Copy.AsSpan().SequenceEqual(piece.Of)));
            arena.Clear();
        }
    }

    [Fact]
    public void What_an_epoch_used_the_next_uses_again()
    {
        var arena = new Arena();
        var first = Enumerable.Range(0, 10).Select(_ => arena.Copy(new byte[60_000]).Array).ToList();
        arena.Clear();
        Assert.True(first.SequenceEqual(Enumerable.Range(0, 10).Select(_ => arena.Copy(new byte[60_000]).Array), ReferenceEqualityComparer.Instance));
        Assert.Equal(10, first.Distinct().Count());
    }
}
