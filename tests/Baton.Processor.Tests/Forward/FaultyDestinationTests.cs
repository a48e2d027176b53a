using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Testing.Sink;
using Grpc.Core;

namespace Baton.Processor.Tests.Forward;

/// <summary>At least once, whatever the destination does and however often the process restarts.</summary>
public sealed class FaultyDestinationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Everything_arrives_at_least_once_through_refusals_resets_and_restarts(int seed)
    {
        const int rounds = 6, perRound = 150;
        await using var sink = await RecordingSink.StartAsync();
        var random = new Random(seed);
        sink.Otherwise(_ =>
        {
            lock (random) return Answer(random);
        });
        await using var fixture = new ForwardFixture();
        var options = ForwardFixture.Otlp(sink.GrpcEndpoint) with { Sending = new SendingOptions { MaxInFlight = 4, MaxBatchSize = new(4096) } };
        for (var round = 0; round < rounds; round++)
        {
            fixture.Start(options);
            for (var i = 0; i < perRound; i++) await Append(fixture, round * perRound + i);
            // Stops wherever it happens to be.
            await fixture.RestartAsync();
        }
        sink.Otherwise(_ => SinkAnswer.Ok);

        await fixture.DeliveredAsync(fixture.Start(options));

        Assert.Empty(sink.Faults);
        Assert.Equal(Enumerable.Range(0, rounds * perRound), sink.Spans.Select(span => int.Parse(span.Name, null)).Distinct().Order());
    }

    private static Task<AppendResult> Append(ForwardFixture fixture, int number)
    {
        var plain = ForwardFixture.Traces($"{number}");
        return number % 5 == 0 ? fixture.AppendAsync(ForwardFixture.Gzip(plain), encoding: PayloadEncoding.Gzip) : fixture.AppendAsync(plain);
    }

    private static SinkAnswer Answer(Random random) => random.Next(12) switch
    {
        0 => SinkAnswer.Unavailable(),
        1 => SinkAnswer.Unavailable(TimeSpan.FromMilliseconds(1)),
        2 => SinkAnswer.Exhausted(TimeSpan.FromMilliseconds(2)),
        3 => SinkAnswer.ConnectionReset,
        4 => SinkAnswer.TakenThenConnectionReset,
        5 => SinkAnswer.StreamReset,
        6 => SinkAnswer.Refuse(StatusCode.Aborted, 503),
        7 => SinkAnswer.Ok with { Delay = TimeSpan.FromMilliseconds(random.Next(10)) },
        _ => SinkAnswer.Ok,
    };
}
