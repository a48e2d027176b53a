using System.Buffers;
using Baton.Continuity.Join;

namespace Baton.Continuity.Tests.Join;

/// <summary>A channel is on trial with 20 handoffs in a row, and armed when 95 % of them were picked up.</summary>
public class ChannelsTests
{
    private const long Second = 1_000_000_000;
    private const long Day = 86_400 * Second;
    private const long Begin = 1000 * Day;

    private static readonly ChannelId Orders = new(1, 7);

    [Theory]
    [InlineData(20, 0, true)]
    [InlineData(19, 1, true)]
    [InlineData(19, 0, true)]
    [InlineData(18, 1, false)]
    [InlineData(18, 2, false)]
    public void Nineteen_of_twenty_picked_up_arm_it(int pickedUp, int missed, bool armed) =>
        Assert.Equal(armed, After(new Channels(10), pickedUp, missed).IsArmed(Orders, Begin + Day));

    [Fact]
    public void Two_of_twenty_that_nobody_picked_up_end_the_trial_and_the_next_one_counts_anew()
    {
        var channels = After(new Channels(10), 10, 1);
        Assert.Equal(0, channels.TrialOf(Orders));
        Count(channels, ChannelSign.Unacknowledged, Begin + Second, 1);
        Assert.Equal(2, channels.TrialOf(Orders));

        Count(channels, ChannelSign.Acknowledged, Begin + Second, 1);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(channels.IsArmed(Orders, Begin + Day));
            Count(channels, ChannelSign.Enrolled, Begin + 2 * Second, 2);
            Count(channels, ChannelSign.Acknowledged, Begin + 2 * Second, 2);
        }
        Assert.True(channels.IsArmed(Orders, Begin + Day));
    }

    [Fact]
    public void One_of_the_first_that_nobody_picked_up_does_not_end_the_trial()
    {
        var channels = new Channels(10);
        Count(channels, ChannelSign.Enrolled, Begin, 1);
        Count(channels, ChannelSign.Unacknowledged, Begin, 1);
        Assert.Equal(1, channels.TrialOf(Orders));
    }

    [Fact]
    public void What_comes_of_its_trial_later_moves_nothing()
    {
        var channels = After(new Channels(10), 19, 0);
        Count(channels, ChannelSign.Acknowledged, Begin + Second, 1);
        Count(channels, ChannelSign.Unacknowledged, Begin + 2 * Second, 1);
        Assert.True(channels.IsArmed(Orders, Begin + 1));
        // Nor what comes of another trial, before it is armed.
        channels = After(new Channels(10), 18, 0);
        Count(channels, ChannelSign.Acknowledged, Begin + Second, 2);
        Assert.False(channels.IsArmed(Orders, Begin + Day));
    }

    [Fact]
    public void A_trial_takes_twenty_and_then_no_more()
    {
        var channels = new Channels(10);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, channels.TrialOf(Orders));
            Count(channels, ChannelSign.Enrolled, Begin, 1);
        }
        Assert.Equal(0, channels.TrialOf(Orders));
        Count(channels, ChannelSign.Withdrawn, Begin, 1);
        Assert.Equal(1, channels.TrialOf(Orders));
    }

    [Fact]
    public void What_is_published_when_it_is_armed_may_not_be_told_yet_and_nothing_seven_days_after_the_last_pick_up()
    {
        var channels = After(new Channels(10), 20, 0);
        Assert.Equal(0, channels.TrialOf(Orders));
        Assert.False(channels.IsArmed(Orders, Begin));
        Assert.True(channels.IsArmed(Orders, Begin + 1));
        Assert.True(channels.IsArmed(Orders, Begin + 7 * Day - 1));
        Assert.False(channels.IsArmed(Orders, Begin + 7 * Day));
        Assert.False(channels.IsArmed(new ChannelId(2, 7), Begin + 1));

        Count(channels, ChannelSign.Acknowledged, Begin + 7 * Day, 0);
        Assert.True(channels.IsArmed(Orders, Begin + 7 * Day + 1));
        Count(channels, ChannelSign.Acknowledged, Begin + 14 * Day + 1, 0);
        Assert.False(channels.IsArmed(Orders, Begin + 14 * Day + 2));
        Assert.Equal(2, channels.TrialOf(Orders));
    }

    [Fact]
    public void A_trial_that_lasts_for_more_than_two_days_begins_anew()
    {
        var channels = new Channels(10);
        Count(channels, ChannelSign.Enrolled, Begin, 1);
        Count(channels, ChannelSign.Enrolled, Begin + Day, 1);
        Count(channels, ChannelSign.Enrolled, Begin + 2 * Day, 1);
        Assert.Equal(1, channels.TrialOf(Orders));
        Count(channels, ChannelSign.Enrolled, Begin + 2 * Day + 1, 1);
        Assert.Equal(2, channels.TrialOf(Orders));
    }

    [Fact]
    public void Trials_are_numbered_from_one_to_the_last_number_and_on()
    {
        var channels = new Channels(10);
        for (var trial = 1; trial <= 256; trial++)
        {
            var number = (byte)(trial == 256 ? 1 : trial);
            Assert.Equal(number, channels.TrialOf(Orders));
            Count(channels, ChannelSign.Unacknowledged, Begin, number);
            Count(channels, ChannelSign.Unacknowledged, Begin, number);
        }
    }

    [Fact]
    public void Who_picked_up_last_is_its_worker()
    {
        var channels = new Channels(10);
        Assert.Equal(0UL, channels.WorkerOf(Orders));
        channels.Count(new ChannelEvent(Orders, ChannelSign.Acknowledged, Begin, 0, 3));
        channels.Count(new ChannelEvent(Orders, ChannelSign.Enrolled, Begin, 1, 4));
        Assert.Equal(3UL, channels.WorkerOf(Orders));
    }

    [Fact]
    public void What_it_knows_reads_back_and_leaves_the_rest()
    {
        var channels = After(new Channels(10), 20, 0);
        channels.Count(new ChannelEvent(new ChannelId(2, 9), ChannelSign.Acknowledged, Begin, 0, 3));
        var bytes = new ArrayBufferWriter<byte>();
        channels.WriteTo(bytes);
        bytes.Write((byte[])[42]);

        var read = new Channels(10);
        ReadOnlySpan<byte> input = bytes.WrittenSpan;
        read.ReadFrom(ref input);
        Assert.Equal(42, Assert.Single(input.ToArray()));
        Assert.Equal([(Orders, true), (new ChannelId(2, 9), false)], read.All);
        Assert.Equal(3UL, read.WorkerOf(new ChannelId(2, 9)));
    }

    [Fact]
    public void The_channel_of_which_nothing_was_heard_for_the_longest_time_makes_room()
    {
        var channels = new Channels(2);
        channels.Count(new ChannelEvent(new ChannelId(1, 1), ChannelSign.Acknowledged, Begin + 2, 0, 3));
        channels.Count(new ChannelEvent(new ChannelId(1, 2), ChannelSign.Enrolled, Begin + 1, 1, 0));
        channels.Count(new ChannelEvent(new ChannelId(1, 3), ChannelSign.Enrolled, Begin + 3, 1, 0));
        Assert.Equal([1UL, 3UL], channels.All.Select(known => known.Id.Destination).Order());
    }

    /// <summary>Twenty take part; so many are picked up, and of so many the deadline passes.</summary>
    private static Channels After(Channels channels, int pickedUp, int missed)
    {
        for (var i = 0; i < 20; i++)
        {
            Count(channels, ChannelSign.Enrolled, Begin, 1);
        }
        for (var i = 0; i < pickedUp; i++)
        {
            Count(channels, ChannelSign.Acknowledged, Begin, 1);
        }
        for (var i = 0; i < missed; i++)
        {
            Count(channels, ChannelSign.Unacknowledged, Begin, 1);
        }
        return channels;
    }

    private static void Count(Channels channels, ChannelSign sign, long at, byte trial) => channels.Count(new ChannelEvent(Orders, sign, at, trial, 0));
}
