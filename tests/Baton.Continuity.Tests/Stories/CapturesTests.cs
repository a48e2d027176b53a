using Baton.Testing;
using Baton.Testing.Engine;
using Google.Protobuf;

namespace Baton.Continuity.Tests.Stories;

/// <summary>
/// What real SDKs sent, through the engine, with one relay as a user would write it first: a queue with the default conditions and a
/// deadline of a minute. Each row says what the scenario means, and so what must be concluded.
/// </summary>
public class CapturesTests
{
    /// <summary>Scenario; handoffs opened, completed in time, missed, of these failed; orphans; redeliveries.</summary>
    public static TheoryData<string, int, int, int, int, int, int> Scenarios => new()
    {
        // Three messages, context carried: by parent, by link, by both; through two languages; through two CONSUMER spans per message.
        { "node-amqplib/01-normal", 3, 3, 0, 0, 0, 0 },
        { "node-amqplib/10-links-mode", 2, 2, 0, 0, 0, 0 },
        { "node-bullmq/01-normal", 3, 3, 0, 0, 0, 0 },
        { "node-kafkajs/01-normal", 3, 3, 0, 0, 0, 0 },
        { "dotnet-rabbitmq/01-normal", 3, 3, 0, 0, 0, 0 },
        { "dotnet-masstransit/01-normal", 3, 3, 0, 0, 0, 0 },
        { "mixed-node-to-dotnet/01-amqplib-publish-dotnet-consume", 2, 2, 0, 0, 0, 0 },

        // One producing span for four jobs (addBulk); one batch of five messages under a poll root, each tied by its own link.
        { "node-bullmq/04-bulk", 1, 1, 0, 0, 0, 0 },
        { "node-kafkajs/04-batch-eachBatch", 5, 5, 0, 0, 0, 0 },

        // The wake-up carried no context: each run is an orphan, and its job, as far as anybody can tell, was not completed.
        { "node-amqplib/02-dropped-context", 3, 0, 3, 0, 3, 0 },
        { "node-bullmq/02-dropped-context", 3, 0, 3, 0, 3, 0 },
        { "dotnet-rabbitmq/02-dropped-context", 3, 0, 3, 0, 3, 0 },

        // The queue was purged: nobody will ever run these.
        { "node-amqplib/03-lost-purged", 3, 0, 3, 0, 0, 0 },
        { "dotnet-rabbitmq/03-lost-purged", 3, 0, 3, 0, 0, 0 },

        // Nacked with requeue, then done: one job, two attempts.
        { "node-amqplib/06-retry-nack-requeue", 1, 1, 0, 0, 0, 1 },

        // The `fetch` ends at once and the work is an unrelated root: a relay that somebody wrote says that no completion was seen.
        { "dotnet-rabbitmq/09-basic-get", 2, 0, 2, 0, 0, 0 },

        // The producer's sampler is off: bare roots, and no job that anybody could miss.
        { "dotnet-rabbitmq/12-unsampled-producer", 0, 0, 0, 0, 2, 0 },

        // The job failed, and its fault was published as a message that nobody consumes: one failed, one missing.
        { "dotnet-masstransit/03-fault-to-error-queue", 2, 0, 2, 1, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Each_scenario_yields_what_it_means(string scenario, int opened, int completed, int missed, int failed, int orphans, int redeliveries)
    {
        foreach (var shards in new[] { 1, 3 })
        {
            var observed = Play(scenario, shards).Observer;

            Assert.Equal(
                (opened, completed, missed, failed, orphans, redeliveries),
                (observed.Count("opened queue"), observed.Count("completed queue in_time"), observed.Count("missed queue"),
                    observed.Count("missed queue failed"), observed.Count("orphaned"), observed.Count("redelivered")));
            Assert.Equal(0, observed.Count("ambiguous") + observed.Count("producer_missing") + observed.Count("skewed"));
        }
    }

    [Fact]
    public void Every_scenario_is_judged() => Assert.Equal(Captures.Names.Order(), Scenarios.Select(row => row.Data.Item1).Order());

    [Fact]
    public void The_default_relay_pages_nobody_for_any_of_them()
    {
        foreach (var scenario in Captures.Names)
        {
            Assert.Empty(Play(scenario, 1, queue: false).SpansNamed("worker.deadline"));
        }
    }

    private static Story Play(string name, int shards, bool queue = true)
    {
        var requests = Captures.Scenario(name).Requests;
        var begin = requests[0].ArrivedUnixNanos - Relays.Second;
        var story = new Story(queue ? Relays.Of(Relays.Queue) : Relays.Of(), shards, begin);
        foreach (var request in requests)
        {
            story.ArriveBytes(request.ArrivedUnixNanos, request.IsJson ? request.Parse().ToByteArray() : request.Body.ToArray());
        }
        return story.Run((story.Now - Story.Epoch) / 1e9 + 2000, 5);
    }
}
