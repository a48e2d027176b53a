using Baton.Continuity.Join;
using Baton.Continuity.Judge;

namespace Baton.Continuity.Tests.Judge;

/// <summary>What Baton could see: blind_after and settle are 30 s, sender_retry is 5 min. Times are in seconds.</summary>
public class SightTests
{
    private const long Second = 1_000_000_000;

    private static readonly ContinuityOptions Options = new()
    {
        Relays = [],
        BlindAfterNanos = 30 * Second,
        SettleNanos = 30 * Second,
        SenderRetryNanos = 300 * Second,
    };

    private readonly Sight _sight = new(Options);

    [Fact]
    public void What_no_blindness_and_no_start_concerns_is_unbroken()
    {
        var slice = TimingWheel.SliceNanos;
        Assert.True(_sight.IsUnbrokenSince(1000 * Second, 1040 * Second));
        _sight.Start(1100 * Second, 1090 * Second);
        Assert.Equal((false, false), (_sight.IsUnbrokenSince(1000 * Second, 1100 * Second), _sight.IsUnbrokenSince(1000 * Second, 1130 * Second + slice - 1)));
        Assert.Equal((true, true), (_sight.IsUnbrokenSince(1000 * Second, 1130 * Second + slice), _sight.IsUnbrokenSince(1100 * Second, 1100 * Second)));
        _sight.Start(2000 * Second, 1100 * Second);
        Assert.Equal((false, true), (_sight.IsUnbrokenSince(1999 * Second, 3000 * Second), _sight.IsUnbrokenSince(2000 * Second, 3000 * Second)));
    }

    [Fact]
    public void While_it_is_blind_nothing_is_unbroken()
    {
        Assert.True(_sight.IsUnbrokenSince(5000 * Second, 5100 * Second));
        Stop();
        Assert.False(_sight.IsUnbrokenSince(5000 * Second, 5100 * Second));
    }

    [Fact]
    public void Ten_windows_with_a_request_each_are_steady_and_then_it_stops_when_one_has_none()
    {
        for (var at = 1000; at < 1270; at += 30)
        {
            _sight.Arrive(at * Second, isRequest: true);
            Assert.Equal(long.MaxValue, _sight.StopsAt);
        }
        _sight.Arrive(1270 * Second, isRequest: true);
        Assert.Equal(1300 * Second + 1, _sight.StopsAt);
        _sight.Start(1290 * Second, 1289 * Second);
        Assert.Equal(1320 * Second + 1, _sight.StopsAt);
    }

    [Fact]
    public void Blind_it_stays_until_a_request_comes_and_for_a_while_nothing_is_concluded()
    {
        Stop();
        Assert.Equal((true, false, long.MaxValue), (_sight.IsBlind, _sight.IsStopAsked, _sight.StopsAt));
        _sight.Arrive(1320 * Second, isRequest: false);
        Assert.True(_sight.IsBlind);
        Assert.Equal(new BlindGauges(false, true, false), _sight.GaugesAt(1570 * Second));
        Assert.Equal(new BlindGauges(false, true, true), _sight.GaugesAt(1570 * Second + 1));

        _sight.Arrive(1500 * Second, isRequest: true);
        Assert.False(_sight.IsBlind);
        Assert.Equal((1530 * Second, false), (_sight.HeldUntil(1490 * Second), _sight.HasMissedSigns(0)));
        Assert.Equal(new BlindGauges(false, true, false), _sight.GaugesAt(1530 * Second - 1));
        Assert.Equal(new BlindGauges(false, false, false), _sight.GaugesAt(1530 * Second));
        Assert.Equal(long.MaxValue, _sight.StopsAt);
    }

    [Fact]
    public void Blind_for_longer_than_senders_retry_signs_were_missed_of_what_came_before()
    {
        Stop();
        _sight.Arrive(1570 * Second + 1, isRequest: true);
        Assert.Equal((true, false), (_sight.HasMissedSigns(1570 * Second), _sight.HasMissedSigns(1570 * Second + 1)));
        Assert.Equal(new BlindGauges(false, true, true), _sight.GaugesAt(1600 * Second));
        Assert.Equal(new BlindGauges(false, false, false), _sight.GaugesAt(1601 * Second));
    }

    [Fact]
    public void A_request_that_came_before_the_fact_of_a_stop_was_read_back_ended_it()
    {
        Steady();
        Assert.Equal(1270 * Second, _sight.AskStop());
        Assert.True(_sight.IsStopAsked);
        _sight.Arrive(1310 * Second, isRequest: true);
        _sight.Stop(1270 * Second);
        Assert.Equal((false, false, 1340 * Second), (_sight.IsBlind, _sight.IsStopAsked, _sight.HeldUntil(1305 * Second)));
    }

    [Fact]
    public void At_the_end_of_a_recorded_stream_silence_is_no_blindness()
    {
        Stop();
        _sight.IntakeHasEnded = true;
        Assert.Equal((false, long.MaxValue), (_sight.IsBlind, _sight.StopsAt));
    }

    [Fact]
    public void What_arrived_before_a_start_is_held_and_what_comes_after_it_is_not()
    {
        _sight.Arrive(1000 * Second, isRequest: true);
        _sight.Start(1010 * Second, watchedUntil: 1005 * Second);
        Assert.Equal((1040 * Second, 0), (_sight.HeldUntil(1009 * Second), _sight.HeldUntil(1010 * Second)));
        Assert.Equal(new BlindGauges(true, false, false), _sight.GaugesAt(1040 * Second - 1));
        Assert.Equal(new BlindGauges(false, false, false), _sight.GaugesAt(1040 * Second));
        Assert.False(_sight.HasMissedSigns(999 * Second));

        // What arrived meanwhile stands in the journal: it was not missed.
        _sight.Arrive(1400 * Second, isRequest: false);
        _sight.Start(1700 * Second, watchedUntil: 1040 * Second);
        Assert.False(_sight.HasMissedSigns(999 * Second));
        _sight.Start(2000 * Second + 1, watchedUntil: 1700 * Second);
        Assert.Equal((true, false), (_sight.HasMissedSigns(1999 * Second), _sight.HasMissedSigns(2000 * Second + 1)));
    }

    [Fact]
    public void The_first_start_missed_nothing()
    {
        _sight.Start(1000 * Second, watchedUntil: 0);
        Assert.Equal((1000 * Second, false), (_sight.StartedAt, _sight.HasMissedSigns(999 * Second)));
    }

    [Theory]
    [InlineData(30, 40, 30)]
    [InlineData(40, 30, 30)]
    [InlineData(0.1, 30, 1)]
    public void It_looks_again_as_often_as_matters_but_not_more_than_each_second(double blindAfter, double settle, double again) => Assert.Equal(
        (long)(again * Second),
        new Sight(Options with { BlindAfterNanos = (long)(blindAfter * Second), SettleNanos = (long)(settle * Second) }).LookAgainNanos);

    [Fact]
    public void That_it_still_watches_is_written_every_fifth_of_what_senders_retry_and_once_until_it_is_read_back()
    {
        _sight.Arrive(1000 * Second, isRequest: false);
        Assert.False(_sight.AskWatching(1060 * Second - 1));
        Assert.True(_sight.AskWatching(1060 * Second));
        Assert.False(_sight.AskWatching(1070 * Second));
        _sight.Watching();
        Assert.True(_sight.AskWatching(1070 * Second));
    }

    /// <summary>A request every 30 s, from 1000 s to 1270 s.</summary>
    private void Steady()
    {
        for (var at = 1000; at <= 1270; at += 30)
        {
            _sight.Arrive(at * Second, isRequest: true);
        }
    }

    private void Stop()
    {
        Steady();
        _sight.Stop(_sight.AskStop());
    }
}
