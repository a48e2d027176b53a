using System.Text.Json.Nodes;
using Baton.Testing;

namespace Baton.Processor.Tests.Analyze;

/// <summary>
/// What real SDKs sent, through the command, each scenario with the relay that its user would write. Of each it is said what happened, and
/// why Baton comes to its conclusion.
/// </summary>
public sealed class CaptureTests : IDisposable
{
    /// <summary>A queue whose names and conventions are the usual ones: only a deadline has to be said.</summary>
    private const string Orders = """
        - name: orders
          produce: span.kind == SPAN_KIND_PRODUCER and resource.attributes["service.name"] == "order-api"
          deadlines: { max_job_duration: 40s }
        """;

    /// <summary>The application's own span is what counts as done, as the library's says only that a message was taken.</summary>
    private const string UntilCharged = """
        - name: orders
          produce: span.kind == SPAN_KIND_PRODUCER and span.attributes["messaging.destination.name"] == "n.orders"
          complete: span.name == "charge-card"
          deadlines: { max_job_duration: 40s }
        """;

    private readonly AnalyzeUnderTest _analyze = new();

    public void Dispose() => _analyze.Dispose();

    /// <summary>Scenario; relays; the handoffs as "count relay verdict match attempts"; orphans; missing producers.</summary>
    public static TheoryData<string, string, string, int, int> Scenarios => new()
    {
        // The consumer span has the producer as its parent: the usual shape.
        { "node-amqplib/01-normal", Orders, "3 orders continuous parent x1", 0, 0 },
        { "node-bullmq/01-normal", Orders, "3 orders continuous parent x1", 0, 0 },
        { "node-kafkajs/01-normal", Orders, "3 orders continuous parent x1", 0, 0 },

        // RabbitMQ.Client gives its consumer span the producer as parent and as link: one match, and a link is the stronger one.
        { "dotnet-rabbitmq/01-normal", Orders, "3 orders continuous link x1", 0, 0 },
        { "mixed-node-to-dotnet/01-amqplib-publish-dotnet-consume", Orders, "2 orders continuous link x1", 0, 0 },

        // Links mode: the consumer span is a root in a trace of its own, and names its producer by a link alone. Not an orphan.
        { "node-amqplib/10-links-mode", Orders, "2 orders continuous link x1", 0, 0 },

        // MassTransit wraps `process` in `receive`, both CONSUMER: one attempt. The inner one comes in an earlier request than the outer one.
        { "dotnet-masstransit/01-normal", Orders, "3 orders continuous parent x1", 0, 0 },

        // One producing span (addBulk) for four jobs: it is done when all four are; four attempts that are no redeliveries.
        { "node-bullmq/04-bulk", Orders, "1 orders continuous parent x4", 0, 0 },

        // eachBatch: five messages in three batches, each under a `poll` root that is tied to nothing; each `process` has its own link.
        { "node-kafkajs/04-batch-eachBatch", Orders, "5 orders continuous link x1", 0, 0 },

        // Refused, requeued, processed: the second delivery is an attempt of the same job.
        { "node-amqplib/06-retry-nack-requeue", Orders, "1 orders continuous parent x2", 0, 0 },

        // The context was lost on the way: the workers are orphans. Nothing ties them to their jobs, which therefore look missed.
        { "node-amqplib/02-dropped-context", Orders, "3 orders missing_completion - x0", 3, 0 },
        { "node-bullmq/02-dropped-context", Orders, "3 orders missing_completion - x0", 3, 0 },
        { "dotnet-rabbitmq/02-dropped-context", Orders, "3 orders missing_completion - x0", 3, 0 },

        // The queue was purged. Without an acknowledge of its own a relay cannot tell asleep from running: missing_completion.
        { "node-amqplib/03-lost-purged", Orders, "3 orders missing_completion - x0", 0, 0 },
        { "dotnet-rabbitmq/03-lost-purged", Orders, "3 orders missing_completion - x0", 0, 0 },

        // BasicGet: `fetch` has the context, but ends before the work begins, and the work is a root of its own. A user who says that
        // charge-card completes learns the truth: fetched, and then worked on without the context.
        { "dotnet-rabbitmq/09-basic-get", UntilCharged, "2 orders missing_completion link x1", 2, 0 },

        // The producer is not sampled: no job that could be missed. The workers' roots are counted, and no more.
        { "dotnet-rabbitmq/12-unsampled-producer", Orders, "", 2, 0 },

        // The job failed. MassTransit publishes the fault as a message that nobody reads: it is the worker's, so no order, and goes to the
        // built-in relay, which does not judge a queue of which it has seen nothing.
        { "dotnet-masstransit/03-fault-to-error-queue", Orders, "1 default - - x0, 1 orders failed parent x1", 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Each_scenario_is_judged_as_its_user_would_expect(string scenario, string relays, string handoffs, int orphans, int producersMissing)
    {
        Assert.Equal(ExitCode.Done, await _analyze.RunAsync([.. Files(scenario), "--format", "json", "--config", Write(relays)]));

        Assert.Equal((handoffs, orphans, producersMissing), Summary(_analyze.Json));
        Assert.Empty(_analyze.Error);
    }

    [Fact]
    public void Every_scenario_is_judged() => Assert.Equal(Captures.Names.Order(), Scenarios.Select(row => row.Data.Item1).Order());

    [Fact]
    public async Task A_whole_day_of_all_of_them_in_one_file_comes_to_the_same()
    {
        // As a Collector would have written them: JSON lines, in order of arrival, all scenarios one after another.
        var requests = Captures.All.OrderBy(scenario => scenario.Requests[0].ArrivedUnixNanos).SelectMany(scenario => scenario.Requests).ToList();
        var file = _analyze.Write("day.jsonl", Recordings.Lines([.. requests.Select(Protobuf)]));

        // The sums of the above, but that with this relay the roots after BasicGet are no orphans; the fault has no verdict.
        Assert.Equal(ExitCode.Done, await _analyze.RunAsync(file, "--format", "json", "--config", Write(Orders)));

        var totals = _analyze.Json["totals"]!;
        Assert.Equal(
            (45, 26, 17, 1, 11, 0),
            ((int?)totals["handoffs"], (int?)totals["continuous"], (int?)totals["missing_completion"], (int?)totals["failed"],
                (int?)totals["context_dropped"], (int?)totals["producer_missing"]));
    }

    [Fact]
    public async Task The_built_in_relays_accuse_nobody()
    {
        foreach (var scenario in Captures.Names)
        {
            Assert.Equal(
                ExitCode.Done,
                await _analyze.RunAsync([.. Files(scenario), "--fail-on", "silent_sleep,missing_completion,failed,completed_late,producer_missing,unknown,evicted"]));
        }
    }

    /// <summary>Files of a scenario in order of arrival.</summary>
    internal static string[] Files(string scenario) =>
        [.. Captures.Scenario(scenario).Requests.Select(request => Path.Combine(AppContext.BaseDirectory, "Captures", scenario, request.File))];

    /// <summary>The handoffs, orphans and missing producers of a report, in short.</summary>
    internal static (string Handoffs, int Orphans, int ProducersMissing) Summary(JsonNode report)
    {
        var groups = report["handoffs"]!.AsArray()
            .Select(handoff => $"{handoff!["relay"]} {handoff["verdict"] ?? "-"} {handoff["match"] ?? "-"} x{handoff["attempts"]}")
            .CountBy(text => text).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Value} {group.Key}");
        return (string.Join(", ", groups), report["orphans"]!.AsArray().Count, report["producers_missing"]!.AsArray().Count);
    }

    private static byte[] Protobuf(CapturedRequest request) =>
        request.IsJson ? Json.JsonUnderTest.ToProtobuf(request.Body.Span, Processor.Json.JsonMessage.Traces) : request.Body.ToArray();

    private string Write(string relays) => _analyze.Write("relays.yaml", "continuity:\n  relays:\n    " + relays.Replace("\n", "\n    ", StringComparison.Ordinal));
}
