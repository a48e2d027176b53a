using System.Collections.Concurrent;
using Baton.Testing.Engine;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Simulation.Kills;

/// <summary>Senders that repeat each request until it is acknowledged, as SDKs do; two thirds of their jobs complete, the others are lost in one of two ways.</summary>
internal sealed class KillLoad
{
    private readonly GrpcChannel _channel;
    private readonly TraceService.TraceServiceClient _client;
    private readonly Task[] _senders;
    private readonly ConcurrentBag<string> _acknowledged = [];
    private readonly ConcurrentBag<string> _lost = [];
    private readonly ConcurrentBag<string> _completed = [];
    private volatile bool _stopping;

    public KillLoad(Uri endpoint, int senders)
    {
        // Back as soon as Baton is: the default pauses grow to two minutes.
        var options = new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(50), MaxReconnectBackoff = TimeSpan.FromMilliseconds(200) };
        _channel = GrpcChannel.ForAddress(endpoint, options);
        _client = new TraceService.TraceServiceClient(_channel);
        _senders = [.. Enumerable.Range(0, senders).Select(sender => Task.Run(() => SendAsync(sender)))];
    }

    /// <summary>Spans that were acknowledged.</summary>
    public int Acknowledged => _acknowledged.Count;

    public IReadOnlyCollection<string> AcknowledgedSpans => _acknowledged;

    /// <summary>The producing spans of the jobs that never complete.</summary>
    public IReadOnlyCollection<string> Lost => _lost;

    /// <summary>Those of the jobs that do.</summary>
    public IReadOnlyCollection<string> Completed => _completed;

    /// <summary>Ends when each sender has brought its last job to its end.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        await Task.WhenAll(_senders);
        _channel.Dispose();
    }

    private async Task SendAsync(int sender)
    {
        for (var number = 0; !_stopping; number++)
        {
            var job = $"s{sender}j{number}";
            var now = (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(Story.Epoch / 1_000_000)).TotalSeconds;
            var kind = number % 6;
            await ExportAsync(SpanSpec.Producer("produce.render_job", now, now + 0.001).As($"p{job}").In(job));
            if (kind != 0) await ExportAsync(SpanSpec.Consumer("worker.ack_wake", now + 0.001, now + 0.002).As($"a{job}").Under($"p{job}").In(job));
            if (kind > 1) await ExportAsync(SpanSpec.Internal("worker.complete", now + 0.002, now + 0.003).As($"c{job}").Under($"p{job}").In(job));
            (kind > 1 ? _completed : _lost).Add(IdOf($"p{job}"));
            await Task.Delay(10);
        }
    }

    private async Task ExportAsync(SpanSpec span)
    {
        var request = Story.Request([span]);
        while (true)
        {
            try
            {
                await _client.ExportAsync(request, deadline: DateTime.UtcNow.AddSeconds(5));
                _acknowledged.Add(IdOf(span.Id));
                return;
            }
            catch (RpcException)
            {
                await Task.Delay(50);
            }
        }
    }

    private static string IdOf(string span) => Convert.ToHexStringLower(Ids.Span(span).Span);
}
