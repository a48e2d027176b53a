using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What lies below a worker's span belongs to the jobs that the span works on, and to no others.</summary>
public class FollowingTests
{
    [Fact]
    public void It_does_not_belong_to_another_job_that_is_open_in_the_trace()
    {
        var story = New().Arrive(1, Render("t1"), Render("t1").As("q")).Arrive(3, Wake("a").In("t1").Under("p")).Arrive(4, Done("b", "a").In("t1")).Run(30);
        Assert.Equal((2, 1), (story.Observer.Count("joined"), story.Observer.Count("completed")));
    }

    [Fact]
    public void It_belongs_to_all_of_them_and_that_is_not_ambiguous()
    {
        var story = New().Arrive(1, Render("t1"), Render("t2")).Arrive(3, Wake("a").LinkedTo("t1/p", "t2/p")).Arrive(4, Done("b", "a")).Run(30);
        Assert.Equal((2, 0), (story.Observer.Count("completed render_job in_time"), story.Observer.Count("ambiguous")));
    }

    [Fact]
    public void Of_two_that_work_on_one_job_what_lies_below_either_belongs_to_it()
    {
        var story = New().Arrive(1, Render("t1")).Arrive(3, Wake("a").LinkedTo("t1/p")).Arrive(4, Wake("b").LinkedTo("t1/p")).Arrive(5, Done("c", "b"));
        Assert.Equal(1, story.Observer.Count("completed render_job in_time"));
    }

    [Fact]
    public void It_is_known_for_as_long_as_the_span_above_it_though_the_work_began_earlier()
    {
        // Work on a job is remembered until an hour after its deadline (at 810.1), or after the work itself if that is later; a job that was told as missed, until an hour after that.
        var step = Wake("b").Under("a") with { Start = 814, End = 815 };
        var relay = Relays.RenderJob with { Deadlines = new() { ScheduleToCloseNanos = 810 * Relays.Second } };
        var story = new Story(Relays.Of(relay)).Arrive(1, Render("t1")).Arrive(3, Wake("a").LinkedTo("t1/p")).Run(816, 1).Arrive(817, step).Run(4410, 10)
            .Arrive(4412, Done("c", "b") with { Start = 4411, End = 4411 });
        Assert.Equal(3, story.Observer.Count("joined"));
    }

    [Fact]
    public void A_span_that_was_joined_by_its_trace_and_comes_again_changes_nothing()
    {
        var work = Consumer("process", 1, 2).As("c").Under("unseen");
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(3, Producer("publish", 0, 0.1).As("p"), work).Run(20).Arrive(21, work).Run(60);
        Assert.Equal((1, 0), (story.Observer.Count("joined queue trace"), story.Observer.Count("producer_missing")));
    }

    private static Story New() => new(Relays.Of(Relays.RenderJob));

    private static SpanSpec Render(string trace) => Producer("produce.render_job", 0, 0.1).As("p").In(trace);

    private static SpanSpec Wake(string id) => Consumer("worker.ack_wake", 1, 2).As(id).In("w");

    private static SpanSpec Done(string id, string parent) => Internal("worker.complete", 3, 3).As(id).In("w").Under(parent);
}
