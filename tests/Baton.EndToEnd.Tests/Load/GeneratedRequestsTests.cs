using System.IO.Compression;
using Baton.Load.Generate;
using Baton.Load.Wire;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.EndToEnd.Tests.Load;

public sealed class GeneratedRequestsTests
{
    private const int Lag = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(512)]
    public void SpanIdsNeverRepeat(int spans)
    {
        var template = TemplateWriter.Write(spans);
        var sent = Enumerable.Range(0, 3).SelectMany(seed => Sent(template, seed, 10)).ToList();

        Assert.Equal(3 * (10 + Lag) * spans, sent.Count);
        Assert.Equal(sent.Count, sent.Select(span => span.SpanId).Distinct().Count());
        Assert.All(sent, span => Assert.Equal((16, 8), (span.TraceId.Length, span.SpanId.Length)));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(512)]
    public void EveryJobIsPublishedOnceAndCompletedOnceAfterwardsInItsOwnTrace(int spans)
    {
        var open = new Dictionary<ByteString, Span>();
        int jobs = 0;
        foreach (var span in Sent(TemplateWriter.Write(spans), 1, 10))
        {
            if (span.Kind == Span.Types.SpanKind.Producer)
            {
                open.Add(span.SpanId, span);
                jobs++;
            }
            else if (span.Kind == Span.Types.SpanKind.Consumer)
            {
                Assert.True(open.Remove(span.ParentSpanId, out var producer));
                Assert.Equal(producer.TraceId, span.TraceId);
                Assert.Equal(Attribute(producer, "messaging.message.id"), Attribute(span, "messaging.message.id"));
                Assert.Equal("process", Attribute(span, "messaging.operation.type"));
                Assert.InRange(span.StartTimeUnixNano, producer.EndTimeUnixNano, span.EndTimeUnixNano);
            }
        }

        Assert.Empty(open);
        Assert.Equal(10 * RequestPlan.Jobs(spans), jobs);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(512)]
    public void SpansAreAsManyAndAsLargeAsTheLoadIsDescribed(int spans)
    {
        var template = TemplateWriter.Write(spans);

        Assert.Equal(spans, OtlpCounts.Spans(template.Frame.Span[GrpcFrame.PrefixLength..]));
        Assert.InRange(template.Frame.Length / (double)spans, 300, 320);
        Assert.InRange(2.0 * template.Jobs / spans, 0.28, 0.32);
        Assert.Equal(-1, OtlpCounts.Spans(template.Frame.Span[GrpcFrame.PrefixLength..^1]));
    }

    [Fact]
    public void PooledRequestsCompleteEachOthersJobs()
    {
        var pool = new GzipPool(TemplateWriter.Write(50), new IdStream(3, 4), size: 6, Lag, TimeProvider.System);
        var spans = Enumerable.Range(0, 6).SelectMany(_ => Parse(Unpacked(pool.Next().Frame))).ToList();

        var producers = spans.Where(span => span.Kind == Span.Types.SpanKind.Producer);
        var consumers = spans.Where(span => span.Kind == Span.Types.SpanKind.Consumer);
        var published = producers.Select(span => (span.TraceId, span.SpanId)).ToHashSet();
        var completed = consumers.Select(span => (span.TraceId, span.ParentSpanId)).ToHashSet();

        Assert.Equal(6 * RequestPlan.Jobs(50), published.Count);
        Assert.True(published.SetEquals(completed));
        Assert.Equal(0, pool.Next().NewJobs);
    }

    private static IEnumerable<Span> Sent(RequestTemplate template, int seed, int count)
    {
        var requests = new StampedRequests(template, IdStream.Random(new Random(seed)), Lag, TimeProvider.System);
        for (int i = 0; i < count; i++)
        {
            foreach (var span in Parse(requests.Next().Frame.Span[GrpcFrame.PrefixLength..])) yield return span;
        }

        while (requests.NextLast() is { } last)
        {
            foreach (var span in Parse(last.Frame.Span[GrpcFrame.PrefixLength..])) yield return span;
        }
    }

    private static List<Span> Parse(ReadOnlySpan<byte> message) =>
        [.. from resource in ExportTraceServiceRequest.Parser.ParseFrom(message).ResourceSpans
            from scope in resource.ScopeSpans
            from span in scope.Spans
            select span];

    private static byte[] Unpacked(ReadOnlyMemory<byte> frame)
    {
        Assert.True(GrpcFrame.TryUnwrap(frame, out var message, out bool compressed) && compressed);
        using var gzip = new GZipStream(new MemoryStream(message.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static string Attribute(Span span, string key) => span.Attributes.Single(pair => pair.Key == key).Value.StringValue;
}
