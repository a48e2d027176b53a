using Baton.Processor.Analyze.Input;
using Baton.Testing.Engine;

namespace Baton.Processor.Tests.Analyze;

/// <summary>How far a request moves the clock of a recording.</summary>
public class SpanEndsTests
{
    private const double Hour = 3600;

    [Fact]
    public void The_latest_end_counts_over_all_resources() =>
        Assert.Equal(At(7), Latest(SpanSpec.Internal("a", 0, 3), SpanSpec.Internal("b", 0, 7).From("other"), SpanSpec.Internal("c", 0, 5)));

    [Theory]
    [InlineData(Hour + 2, Hour + 2)]
    [InlineData(Hour + 2.001, 3)]
    [InlineData(50 * Hour, 3)]
    public void An_end_more_than_an_hour_ahead_of_the_median_does_not(double ahead, double expected) =>
        Assert.Equal(At(expected), Latest(SpanSpec.Internal("a", 0, 1), SpanSpec.Internal("b", 0, 2), SpanSpec.Internal("c", 0, 3), SpanSpec.Internal("d", 0, ahead)));

    [Fact]
    public void Ends_far_behind_the_median_take_nothing_away() =>
        Assert.Equal(At(50 * Hour), Latest(SpanSpec.Internal("a", 0, 1), SpanSpec.Internal("b", 0, 50 * Hour), SpanSpec.Internal("c", 0, 50 * Hour)));

    [Fact]
    public void A_request_without_spans_and_one_of_spans_without_end_move_nothing()
    {
        Assert.Equal(0, new SpanEnds().LatestOf([]));
        Assert.Equal(0, new SpanEnds().LatestOf(Json.JsonUnderTest.ToProtobuf(
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"x\"},{\"endTimeUnixNano\":\"18446744073709551615\"}]}]}]}"u8, Processor.Json.JsonMessage.Traces)));
    }

    private static long At(double seconds) => Story.Epoch + (long)Math.Round(seconds * 1e9);

    private static long Latest(params SpanSpec[] spans) => new SpanEnds().LatestOf(Recordings.Request(spans));
}
