using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>
/// The middle one of three nested producing spans comes last, when both others are known as publications: what of the outer one counts for the
/// inner one, and what else of the trace stays as it is.
/// </summary>
public class MiddleSpanTests
{
    private static readonly SpanSpec Outer = Producer("send order", 0, 0.3).As("outer");
    private static readonly SpanSpec Middle = Producer("publish", 0.05, 0.25).As("middle").Under("outer");
    private static readonly SpanSpec Inner = Producer("orders send", 0.1, 0.2).As("inner").Under("middle");

    private static readonly RelayDefinition WithId = Relays.Queue with { JobIds = [JobIdKey.Of("job")] };

    [Theory]
    [InlineData("m-outer", "", "m-outer")]
    [InlineData("", "m-inner", "m-inner")]
    [InlineData("m-outer", "m-inner", "m-inner")]
    public void The_message_id_is_that_of_the_inner_span_else_of_the_outer_one(string outer, string inner, string told)
    {
        var story = New(Relays.Queue, WithMessage(Outer, outer), WithMessage(Inner, inner)).Arrive(3, Middle).Run(100);
        Assert.Equal(told, MessageIdOf(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void A_job_id_that_the_outer_span_alone_states_leads_to_the_inner_one()
    {
        var story = New(WithId, Outer.With("job", "7"), Inner).Arrive(3, Middle)
            .Arrive(8, Consumer("process", 6, 7).As("w").In("w").With("job", "7")).Run(30);
        Assert.Equal(Ids.Span("inner"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
    }

    [Fact]
    public void A_relay_that_stands_first_and_knows_the_outer_span_alone_owns_the_job_by_what_that_states()
    {
        var first = WithId with
        {
            Name = "first",
            Produce = Relays.Parse("span.name == \"send order\""),
            Deadlines = new() { ScheduleToCloseNanos = 90 * Relays.Second, DeadlineAttribute = "within" },
        };
        var story = new Story(Relays.Of(first, Relays.Queue)).Arrive(1, Outer.With("within", 20)).Arrive(2, Inner).Arrive(3, Middle);
        Assert.Equal([("first", 1L), ("queue", 0L)], story.Engine.Relays().Take(2).Select(relay => (relay.Relay, relay.Waiting)));
        story.Run(200, 1);
        Assert.Equal("missed first missing_completion schedule_to_close_timeout", Assert.Single(story.Observer.Lines, line => line.StartsWith("missed", StringComparison.Ordinal)));
        Assert.Equal((ulong)Story.Epoch + 20_300_000_000, Assert.Single(story.SpansNamed("worker.deadline")).EndTimeUnixNano);
    }

    [Fact]
    public void A_span_of_another_service_around_them_is_a_publication_of_its_own()
    {
        var story = New(Relays.Queue, Outer.From("gateway"), Inner).Arrive(3, Middle).Run(100);
        Assert.Equal((2, 0), (story.Observer.Count("opened"), story.Observer.Count("withdrawn")));
        Assert.Equal(2, story.SpansNamed("worker.deadline").Count());
    }

    [Fact]
    public void What_comes_at_once_with_it_is_told_as_the_pick_up_of_the_inner_one()
    {
        var story = New(Relays.RenderJob with { Produce = null }, Outer, Inner).Arrive(5, Wake("w", "outer"), Middle);
        Assert.Equal([Ids.Span("inner")], Of(story, "acknowledged"));
    }

    [Theory]
    [InlineData("w")]
    [InlineData("other outer")]
    public void What_is_known_of_another_publication_of_the_trace_stays_as_it_is(string named)
    {
        SpanSpec otherOuter = Producer("send order", 0, 0.3).As("other outer"), other = Producer("orders send", 0.1, 0.2).As("other").Under("other outer");
        var story = New(Relays.RenderJob with { Produce = null }, Outer, Inner).Arrive(3, otherOuter, other).Arrive(5, Wake("w", "other")).Arrive(6, Middle)
            .Arrive(9, Internal("worker.complete", 8, 8).As("done").Under(named));
        Assert.Equal([Ids.Span("other")], Of(story, "completed"));
    }

    [Fact]
    public void A_stitch_that_is_owed_to_another_publication_is_told_of_that()
    {
        static SpanSpec Run(string id) => Consumer("process", 1, 2).As($"run {id}").In($"w{id}").With("job", id);
        var story = New(WithId, Outer.With("job", "7"), Inner).Arrive(3, Producer("orders send", 0, 0.1).As("other").With("job", "8"), Run("7"), Run("8"));
        story.JournalOwn = false;
        story.Run(15).Arrive(20, Middle).Crash(25).Run(60, 1);
        Assert.Equal([("run 7", "inner"), ("run 8", "other")], StitchesOf(story));

        static IEnumerable<(string, string)> StitchesOf(Story story) => story.SpansNamed("worker.stitch")
            .Select(stitch => (NameOf(stitch.Links.Single().SpanId, "run 7", "run 8"), NameOf(stitch.ParentSpanId, "inner", "other", "outer"))).Order();
    }

    [Fact]
    public void A_deadline_that_waits_for_an_orphan_s_answer_still_waits()
    {
        // Told at 70.2; what comes at 68 is judged at 78.
        var orphan = Consumer("process", 66, 67).As("w").In("w").With("job", "7").Failed();
        var story = New(WithId, Outer.With("job", "7"), Inner).Arrive(68, orphan).Arrive(69, Middle).Run(77.9);
        Assert.Empty(story.SpansNamed("worker.deadline"));
        Assert.Single(story.Run(79).SpansNamed("worker.deadline"));
    }

    [Fact]
    public void A_job_of_which_nothing_was_known_is_missed_where_the_outer_one_was()
    {
        // The inner span comes so late that nothing after it need come; the outer one came in time.
        var story = OutcomeTests.New(Relays.Queue).Arrive(1, Outer).Arrive(400, Inner).Run(720);
        Assert.Equal((1, 1), (story.Observer.Count("unknown"), story.Observer.Count("missed")));
        Assert.Equal(1, story.Arrive(721, Middle).Engine.Relays().First().Missed);
        Assert.Equal(0, story.Arrive(730, Consumer("process", 725, 726).As("w").Under("outer")).Engine.Relays().First().Missed);
        Assert.StartsWith("completed_late", Assert.Single(OutcomeTests.Of(story)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_deadline_span_of_the_inner_one_is_taken_back_where_the_outer_one_was_done_and_nothing_else_is()
    {
        var story = New(Relays.Queue, Outer, Inner).Arrive(5, Consumer("process", 3, 4).As("w").Under("outer")).Run(80).Arrive(81, Middle).Run(100);
        Assert.Equal([Ids.Span("inner")], Of(story, "retracted"));
        Assert.Equal(Ids.Span("inner"), Assert.Single(story.SpansNamed("worker.recovered")).ParentSpanId);
    }

    [Fact]
    public void Where_both_were_told_and_the_outer_one_was_done_late_nothing_is_taken_back()
    {
        var story = New(Relays.Queue, Outer, Inner).Run(80).Arrive(85, Consumer("process", 82, 83).As("w").Under("outer")).Arrive(90, Middle).Run(100);
        Assert.Equal((2, 0), (story.Observer.Count("missed"), story.Observer.Count("retracted")));
        Assert.Equal([Ids.Span("inner"), Ids.Span("outer")], story.SpansNamed("worker.recovered").Select(span => span.ParentSpanId).OrderBy(id => id == Ids.Span("outer")));
    }

    [Fact]
    public void What_a_send_states_is_not_of_the_message_that_it_sends()
    {
        var send = WithMessage(Producer("send", 0, 0.2).As("s").LinkedTo("t1/unseen", "t1/created").With("messaging.operation.type", "send"), "m-send");
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, send).Arrive(2, Producer("create", 0, 0.1).As("created").With("messaging.operation.type", "create")).Run(100);
        Assert.Equal("", MessageIdOf(Assert.Single(story.Synthesized).Span));
    }

    private static Story New(RelayDefinition relay, SpanSpec outer, SpanSpec inner) => new Story(Relays.Of(relay)).Arrive(1, outer).Arrive(2, inner);

    private static SpanSpec Wake(string id, string parent) => Consumer("worker.ack_wake", 3, 4).As(id).Under(parent);

    private static SpanSpec WithMessage(SpanSpec span, string id) => id.Length == 0 ? span : span.With("messaging.message.id", id);

    private static string MessageIdOf(OpenTelemetry.Proto.Trace.V1.Span span) =>
        span.Attributes.SingleOrDefault(attribute => attribute.Key == "messaging.message.id")?.Value.StringValue ?? "";

    private static string NameOf(Google.Protobuf.ByteString id, params string[] names) => names.Single(name => Ids.Span(name) == id);

    private static IEnumerable<Google.Protobuf.ByteString> Of(Story story, string fact) => story.Observer.Facts
        .Where(each => each.Line.StartsWith(fact, StringComparison.Ordinal))
        .Select(each => Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(each.Span.ToString())));
}
