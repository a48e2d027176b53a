using Baton.Processor.State;

namespace Baton.Processor.Tests.State;

public sealed class StoreSizingTests
{
    [Theory]
    [InlineData(9, 0.5)]
    [InlineData(16, 0.5)]
    [InlineData(64, 0.5)]
    [InlineData(100, 0.5)]
    [InlineData(512, 0.85)]
    [InlineData(1000, 0.5)]
    [InlineData(3000, 0.85)]
    [InlineData(65536, 0.85)]
    public void Index_and_log_stay_within_the_memory_and_use_most_of_it(int mebibytes, double used)
    {
        var memory = (long)mebibytes << 20;

        var sizing = StoreSizing.Of(memory);

        Assert.InRange(sizing.IndexBytes + sizing.LogBytes, (long)(memory * used), memory);
        Assert.InRange(sizing.IndexBytes, memory / 17, memory / 8);
        Assert.True(sizing.LogBytes >= 8L << StoreSizing.PageBits);
    }
}
