namespace Baton.Processor.Tests;

/// <summary>Large arrays go round among all threads, and are nobody's twice.</summary>
public sealed class LargeArrayPoolTests
{
    private readonly LargeArrayPool _pool = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(LargeArrayPool.SmallestBytes / 2)]
    [InlineData(LargeArrayPool.SmallestBytes / 2 + 1)]
    [InlineData(LargeArrayPool.SmallestBytes)]
    [InlineData(LargeArrayPool.SmallestBytes + 1)]
    [InlineData(LargeArrayPool.LargestBytes)]
    [InlineData(LargeArrayPool.LargestBytes + 1)]
    public void An_array_of_any_length_can_be_had_and_given_back(int length)
    {
        for (var i = 0; i < 3; i++)
        {
            var array = _pool.Rent(length);
            Assert.InRange(array.Length, length, Math.Max(16, 2 * length));
            _pool.Return(array);
        }
    }

    [Fact]
    public void What_one_thread_gave_back_another_one_gets()
    {
        var array = _pool.Rent(100_000);
        var thread = new Thread(() => _pool.Return(array));
        thread.Start();
        thread.Join();
        Assert.Same(array, _pool.Rent(70_000));
    }

    [Fact]
    public void No_more_is_kept_of_a_size_than_the_limit()
    {
        const int length = 1 << 20;
        const int kept = LargeArrayPool.MaxKeptBytes / length;
        var rented = Enumerable.Range(0, kept + 3).Select(_ => _pool.Rent(length)).ToHashSet();
        foreach (var array in rented) _pool.Return(array);
        var again = Enumerable.Range(0, kept + 3).Select(_ => _pool.Rent(length)).ToHashSet();
        Assert.Equal(kept + 3, again.Count);
        Assert.Equal(kept, again.Count(rented.Contains));
    }

    [Fact]
    public void One_size_that_is_full_does_not_keep_out_the_others()
    {
        var large = Enumerable.Range(0, 5).Select(_ => _pool.Rent(LargeArrayPool.LargestBytes)).ToList();
        large.ForEach(array => _pool.Return(array));
        var small = _pool.Rent(200_000);
        _pool.Return(small);
        Assert.Same(small, _pool.Rent(200_000));
    }

    [Fact]
    public void An_array_is_cleared_where_that_is_asked_for()
    {
        var array = _pool.Rent(100_000);
        array.AsSpan().Fill(7);
        _pool.Return(array, clearArray: true);
        Assert.Equal(-1, _pool.Rent(100_000).AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void An_array_that_cannot_be_of_this_pool_is_refused() =>
        Assert.Throws<ArgumentException>(() => _pool.Return(new byte[100_000]));

    [Fact]
    public async Task No_two_have_the_same_array_at_the_same_time()
    {
        await Task.WhenAll(Enumerable.Range(1, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                var array = _pool.Rent(70_000 << (i % 3));
                array[0] = array[^1] = (byte)worker;
                Thread.Yield();
                Assert.Equal(((byte)worker, (byte)worker), (array[0], array[^1]));
                _pool.Return(array);
            }
        })));
    }
}
