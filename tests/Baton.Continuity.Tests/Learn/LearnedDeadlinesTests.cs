using System.Buffers;
using Baton.Continuity.Join;
using Baton.Continuity.Learn;

namespace Baton.Continuity.Tests.Learn;

public class LearnedDeadlinesTests
{
    private const long Second = 1_000_000_000;
    private const long Day = 24 * 3600 * Second;
    private static readonly DeadlineLearning Rule = new() { MinNanos = Second, MaxNanos = 3600 * Second };
    private static readonly ChannelId Mail = new(1, 7);

    [Fact]
    public void What_came_before_the_last_two_generations_is_forgotten()
    {
        var learned = new LearnedDeadlines(10);
        Count(learned, Mail, 60 * Second, 2_000, at: Second);
        Count(learned, Mail, 10 * Second, 1_000, at: 2 * Second);
        var between = learned.Of(Mail);
        Count(learned, Mail, 10 * Second, 1_001, at: 3 * Second);

        Assert.InRange(between, 89 * Second, 91 * Second);
        Assert.InRange(learned.Of(Mail), 14.8 * Second, 15.2 * Second);
    }

    [Fact]
    public void A_generation_of_a_quiet_channel_ends_after_a_week_but_not_before_it_is_warm()
    {
        var learned = new LearnedDeadlines(10);
        Count(learned, Mail, 60 * Second, 99, at: Second);
        Count(learned, Mail, 10 * Second, 1, at: 30 * Day);
        var warm = learned.Of(Mail);
        Count(learned, Mail, 10 * Second, 101, at: 40 * Day);
        Count(learned, Mail, 10 * Second, 1, at: 50 * Day);

        Assert.InRange(warm, 89 * Second, 91 * Second);
        Assert.InRange(learned.Of(Mail), 14.8 * Second, 15.2 * Second);
    }

    [Fact]
    public void A_rarer_quantile_remembers_more_jobs()
    {
        var learned = new LearnedDeadlines(10);
        var rare = Rule with { Quantile = 0.999 };
        Count(learned, Mail, 60 * Second, 1_000, Second, rare);
        Count(learned, Mail, 10 * Second, 10_000, Second, rare);

        Assert.InRange(learned.Of(Mail), 89 * Second, 91 * Second);
    }

    [Fact]
    public void Beyond_its_capacity_the_channel_goes_that_was_told_of_a_job_longest_ago()
    {
        var learned = new LearnedDeadlines(2);
        Count(learned, new(1, 1), 10 * Second, 100, at: 3 * Second);
        Count(learned, new(1, 2), 10 * Second, 100, at: 2 * Second);
        Count(learned, new(1, 3), 10 * Second, 100, at: 4 * Second);

        Assert.Equal([1UL, 3UL], learned.All.Select(one => one.Channel.Destination).Order());
    }

    [Fact]
    public void What_is_written_reads_back_by_the_rules_of_today()
    {
        var learned = new LearnedDeadlines(10);
        Count(learned, Mail, 10 * Second, 1_500, at: 3 * Second);
        var output = new ArrayBufferWriter<byte>();
        learned.WriteTo(output);

        var same = Read(output.WrittenSpan, Rule);
        var patient = Read(output.WrittenSpan, Rule with { Factor = 3 });
        var none = Read(output.WrittenSpan, null);
        Count(learned, Mail, 20 * Second, 600, at: 4 * Second);
        Count(same, Mail, 20 * Second, 600, at: 4 * Second);

        Assert.InRange(patient.Of(Mail), 29.7 * Second, 30.3 * Second);
        Assert.Equal(0, none.Of(Mail));
        Assert.Equal(learned.Of(Mail), same.Of(Mail));
    }

    [Fact]
    public void A_relay_that_does_not_learn_costs_nothing()
    {
        var learned = new LearnedDeadlines(10);
        learned.Count([new FullLinkTime(Mail, Second, Second)], _ => null);

        Assert.Empty(learned.All);
    }

    private static LearnedDeadlines Read(ReadOnlySpan<byte> bytes, DeadlineLearning? rule)
    {
        var learned = new LearnedDeadlines(10);
        learned.ReadFrom(ref bytes, _ => rule);
        Assert.True(bytes.IsEmpty);
        return learned;
    }

    private static void Count(LearnedDeadlines learned, ChannelId channel, long nanos, int times, long at, DeadlineLearning? rule = null) =>
        learned.Count([.. Enumerable.Repeat(new FullLinkTime(channel, nanos, at), times)], _ => rule ?? Rule);
}
