using Baton.Processor.Forward;

namespace Baton.Processor.Tests.Forward;

public sealed class SendWindowTests
{
    [Fact]
    public void Requests_and_bytes_are_limited_and_one_alone_may_be_of_any_size()
    {
        var window = new SendWindow(3, 100);
        Assert.True(window.TryEnter(1000));
        Assert.False(window.TryEnter(1));
        window.Leave(1000);
        Assert.True(window.TryEnter(50));
        Assert.True(window.TryEnter(50));
        Assert.False(window.TryEnter(1));
        Assert.True(window.TryEnter(0));
        Assert.False(window.TryEnter(0));
    }

    [Fact]
    public async Task Who_waits_for_room_or_for_the_end_is_woken_by_whoever_leaves()
    {
        var window = new SendWindow(2, 100);
        Assert.True(window.TryEnter(60));
        Assert.True(window.WaitForRoomAsync(40, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        var room = window.WaitForRoomAsync(60, TestContext.Current.CancellationToken);
        var empty = window.WaitUntilEmptyAsync();
        Assert.False(room.IsCompleted || empty.IsCompleted);

        window.Leave(60);

        await Task.WhenAll(room, empty).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        Assert.True(window.WaitUntilEmptyAsync().IsCompletedSuccessfully);
    }
}
