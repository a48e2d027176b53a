using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Continuity.Tests.Scan.ScanHarness;
using Kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind;

namespace Baton.Continuity.Tests.Scan;

/// <summary>What the event of a span holds.</summary>
public class SpanEventTests
{
    [Theory]
    [InlineData(Kind.Producer, null, 1, SpanTraits.None)]
    [InlineData(Kind.Producer, "create", 1, SpanTraits.None)]
    [InlineData(Kind.Producer, "send", 1, SpanTraits.None)]
    [InlineData(Kind.Producer, "publish", 1, SpanTraits.None)]
    [InlineData(Kind.Consumer, null, -1, SpanTraits.AcknowledgesByDefault | SpanTraits.CompletesByDefault)]
    [InlineData(Kind.Consumer, "process", -1, SpanTraits.AcknowledgesByDefault | SpanTraits.CompletesByDefault)]
    [InlineData(Kind.Consumer, "deliver", -1, SpanTraits.AcknowledgesByDefault | SpanTraits.CompletesByDefault)]
    [InlineData(Kind.Consumer, "receive", -1, SpanTraits.AcknowledgesByDefault)]
    [InlineData(Kind.Client, "receive", -1, SpanTraits.AcknowledgesByDefault)]
    public void The_default_conditions_give_a_span_its_roles(Kind kind, string? operation, int produce, SpanTraits traits)
    {
        foreach (var key in new[] { "messaging.operation.type", "messaging.operation" })
        {
            var span = operation is null ? Span(kind) : Span(kind, Attribute(key, operation));

            var found = Assert.Single(ScanHarness.Scan(Request(span)).Spans);

            Assert.Equal((produce, (byte)kind), (found.Header.ProduceRelay, found.Header.SpanKind));
            Assert.Equal(traits, found.Header.Traits & ~SpanTraits.HasMessagingAttributes);
        }
    }

    [Theory]
    [InlineData(Kind.Producer, "receive")]
    [InlineData(Kind.Producer, "process")]
    [InlineData(Kind.Producer, "settle")]
    [InlineData(Kind.Consumer, "settle")]
    [InlineData(Kind.Client, "send")]
    [InlineData(Kind.Client, null)]
    [InlineData(Kind.Server, "process")]
    [InlineData(Kind.Internal, "receive")]
    [InlineData(Kind.Unspecified, null)]
    [InlineData((Kind)99, null)]
    public void A_span_without_a_role_leaves_no_event(Kind kind, string? operation) =>
        Assert.Empty(ScanHarness.Scan(Request(operation is null ? Span(kind) : Span(kind, Attribute("messaging.operation.type", operation)))).Spans);

    [Fact]
    public void The_current_name_of_the_operation_counts_before_the_legacy_one_and_BullMQs_own_last()
    {
        var span = Span(Kind.Consumer, Attribute("bullmq.queue.operation", "addBulk"), Attribute("messaging.operation", "receive"), Attribute("messaging.operation.type", "process"));

        Assert.Equal(OperationType.Process, Assert.Single(ScanHarness.Scan(Request(span)).Spans).Header.Operation);
        span.Attributes.RemoveAt(2);
        Assert.Equal(OperationType.Receive, Assert.Single(ScanHarness.Scan(Request(span)).Spans).Header.Operation);
        span.Attributes.RemoveAt(1);
        Assert.Equal(OperationType.Send, Assert.Single(ScanHarness.Scan(Request(span)).Spans).Header.Operation);
    }

    [Fact]
    public void Default_acknowledge_and_complete_count_only_where_a_relay_gives_none()
    {
        var options = Options(Relay("given", acknowledge: "false", complete: "false"), Relay("half", acknowledge: "false"));

        var traits = Assert.Single(ScanHarness.Scan(Request(Span()), options).Spans).Header.Traits;

        Assert.Equal(SpanTraits.CompletesByDefault, traits);
    }

    [Fact]
    public void The_first_relay_whose_produce_matches_owns_the_span()
    {
        var options = Options(Relay("none", "false"), Relay("first", "name == \"x\""), Relay("second", "true"), Relay("default"));
        var named = Span(Kind.Producer);
        named.Name = "x";

        Assert.Equal([1, 2], ScanHarness.Scan(Request(named, Span(Kind.Producer)), options).Spans.Select(span => (int)span.Header.ProduceRelay));
    }

    [Fact]
    public void Each_relays_given_conditions_are_told_and_roles_are_not_exclusive()
    {
        var options = Options(Relay("a", "true", "true", "false"), Relay("b", "true", "true", "true"), Relay("c", "true", "false", "false"), Relay("d", "true", "false", "true"));

        var found = Assert.Single(ScanHarness.Scan(Request(Span(Kind.Internal)), options).Spans);

        Assert.Equal(0, found.Header.ProduceRelay);
        Assert.Equal([new(0, RelayRoles.Acknowledge), new(1, RelayRoles.Acknowledge | RelayRoles.Complete), new(3, RelayRoles.Complete)], found.Roles);
    }

    [Theory]
    [InlineData("status", SpanTraits.StatusError | SpanTraits.FailedAttempt)]
    [InlineData("error.type", SpanTraits.FailedAttempt)]
    [InlineData("exception", SpanTraits.FailedAttempt)]
    [InlineData("job failed", SpanTraits.FailedAttempt)]
    [InlineData("job completed", SpanTraits.None)]
    public void A_failed_attempt_is_told_by_status_error_type_or_event(string sign, SpanTraits expected)
    {
        var span = Span();
        if (sign == "status")
            span.Status = new Status { Code = Status.Types.StatusCode.Error };
        else if (sign == "error.type")
            span.Attributes.Add(Attribute("error.type", "timeout"));
        else
            span.Events.Add(new Span.Types.Event { Name = sign });

        var traits = Assert.Single(ScanHarness.Scan(Request(span)).Spans).Header.Traits;

        Assert.Equal(expected, traits & (SpanTraits.StatusError | SpanTraits.FailedAttempt));
    }

    [Theory]
    [InlineData("receive", 0, 0, true)]
    [InlineData("receive", 2, 2, false)]
    [InlineData("process", 0, 0, false)]
    [InlineData("receive", -5, 0, false)]
    [InlineData("receive", long.MaxValue, uint.MaxValue, false)]
    public void The_batch_count_is_read_and_an_empty_receive_told(string operation, long count, long expected, bool nothing)
    {
        var span = Span(Kind.Consumer, Attribute("messaging.operation.type", operation), Attribute("messaging.batch.message_count", count));

        var header = Assert.Single(ScanHarness.Scan(Request(span)).Spans).Header;

        Assert.Equal((expected, nothing), (header.BatchCount, header.Traits.HasFlag(SpanTraits.ReceivedNothing)));
    }

    [Fact]
    public void Times_are_clamped_and_an_end_before_its_start_is_the_start()
    {
        var span = Span();
        (span.StartTimeUnixNano, span.EndTimeUnixNano) = (1UL << 63, 0);
        var backwards = Span();
        (backwards.StartTimeUnixNano, backwards.EndTimeUnixNano) = (5, 3);

        var spans = ScanHarness.Scan(Request(span, backwards, Span())).Spans;

        Assert.Equal([(long.MaxValue, long.MaxValue), (5, 5), (0, 0)], spans.Select(found => (found.Header.StartUnixNanos, found.Header.EndUnixNanos)));
    }

    [Fact]
    public void Links_without_a_context_are_none_and_those_beyond_the_bound_are_cut()
    {
        static Span.Types.Link Link(int trace, int span) => new() { TraceId = Bytes(trace), SpanId = Bytes(span) };
        var span = Span();
        span.Links.Add([Link(0, 8), Link(16, 0), Link(8, 8), Link(-16, 8), Link(16, -8), Link(16, 8)]);
        var many = Span();
        many.Links.Add(Enumerable.Repeat(Link(16, 8), 1_025));

        var spans = ScanHarness.Scan(Request(span, many)).Spans;

        Assert.Single(spans[0].Links);
        Assert.Equal(1_024, spans[1].Links.Length);
        Assert.Equal((false, true), (spans[0].Header.Traits.HasFlag(SpanTraits.LinksCut), spans[1].Header.Traits.HasFlag(SpanTraits.LinksCut)));
    }

    [Fact]
    public void A_batchs_message_ids_are_read_from_its_links()
    {
        static Span.Types.Link Link(params KeyValue[] attributes) => new() { TraceId = Bytes(16), SpanId = Bytes(8), Attributes = { attributes } };
        var span = Span();
        span.Links.Add([Link(), Link(Attribute("messaging.message.id", "m1")), Link(Attribute("messaging.message_id", "m2")), Link(Attribute("messaging.message.id", 3))]);

        var texts = Assert.Single(ScanHarness.Scan(Request(span)).Spans).Texts;

        Assert.Equal([(1, "m1"), (2, "m2"), (3, "3")], texts.Where(text => text.Kind == TextKind.LinkMessageId).Select(text => (text.Index, text.Value)));
    }

    [Theory]
    [InlineData(TextKind.System, "messaging.system")]
    [InlineData(TextKind.Destination, "messaging.destination.name")]
    [InlineData(TextKind.Destination, "messaging.destination")]
    [InlineData(TextKind.Destination, "bullmq.queue.name")]
    [InlineData(TextKind.RoutingKey, "messaging.rabbitmq.destination.routing_key")]
    [InlineData(TextKind.RoutingKey, "messaging.rabbitmq.routing_key")]
    [InlineData(TextKind.MessageId, "messaging.message.id")]
    [InlineData(TextKind.MessageId, "messaging.message_id")]
    public void Texts_are_read_under_todays_and_former_names(TextKind kind, string key) =>
        Assert.Equal("value", Assert.Single(ScanHarness.Scan(Request(Span(Kind.Consumer, Attribute(key, "value")))).Spans)[kind]);

    [Fact]
    public void BullMQ_without_messaging_attributes_is_its_own_system() =>
        Assert.Equal("bullmq", Assert.Single(ScanHarness.Scan(Request(Span(Kind.Consumer, Attribute("bullmq.queue.name", "q")))).Spans)[TextKind.System]);

    private static ByteString Bytes(int length) => ByteString.CopyFrom([.. Enumerable.Repeat((byte)(length < 0 ? 0 : 9), Math.Abs(length))]);
}
