using System.Buffers;
using Baton.Processor.Receive;

namespace Baton.Processor.Tests.Receive;

/// <summary>The memory that connections are read into.</summary>
public sealed class ReceiveMemoryTests : IDisposable
{
    private readonly ReceiveMemory _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Blocks_are_large_until_many_are_out_and_then_small()
    {
        var blocks = Enumerable.Range(0, ReceiveMemory.MaxLarge).Select(_ => _memory.Rent(1)).ToList();
        Assert.All(blocks, block => Assert.Equal(ReceiveMemory.LargeBytes, block.Memory.Length));
        using (var small = _memory.Rent(ReceiveMemory.SmallBytes)) Assert.Equal(ReceiveMemory.SmallBytes, small.Memory.Length);
        // What is asked for is given, however many are out.
        using (var asked = _memory.Rent(ReceiveMemory.SmallBytes + 1)) Assert.Equal(ReceiveMemory.LargeBytes, asked.Memory.Length);

        blocks.ForEach(block => block.Dispose());
        Assert.Equal(0, _memory.LargeBlocks);
        using var again = _memory.Rent();
        Assert.Equal(ReceiveMemory.LargeBytes, again.Memory.Length);
    }

    [Fact]
    public void A_block_that_is_given_back_twice_is_handed_out_once()
    {
        var block = _memory.Rent();
        block.Dispose();
        block.Dispose();
        Assert.Equal(0, _memory.LargeBlocks);
        using var first = _memory.Rent();
        using var second = _memory.Rent();
        Assert.False(first.Memory.Span == second.Memory.Span);
        Assert.Equal(2, _memory.LargeBlocks);
    }

    [Fact]
    public void More_than_a_large_block_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.Rent(_memory.MaxBufferSize + 1));

    [Fact]
    public void A_server_that_ends_disposes_what_others_still_use()
    {
        _memory.Create().Dispose();
        using var block = _memory.Rent();
        Assert.Equal(ReceiveMemory.LargeBytes, block.Memory.Length);
    }
}
