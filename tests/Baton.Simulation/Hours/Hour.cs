using System.Net.Http.Headers;
using Baton.Processor;
using Baton.Processor.Configuration;
using Baton.Testing.Processes;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Simulation.Hours;

/// <summary>
/// An hour in front of the console: the whole pipeline, on a clock that runs through the last hour and then keeps the time, and applications that send
/// their spans over the network as that clock has it. What the console then shows, it has come to by itself.
/// </summary>
internal sealed class Hour(bool broken, double speed)
{
    private const double Length = 3600;
    private const double Crash = 3000;
    private const double Restart = 3330;

    private static readonly HourRelay Render = new("render_job", "order-api", "render-worker", "render", 30, 0.13, 200, 8);
    private static readonly HourRelay[] Relays = [Render, new("send_invoice", "billing", "mailer", "invoices", 2.5, 0.04, 1.1, 2), new("resize_image", "uploads", "resizer", "images", 4, 0.3, 6, 4)];

    private readonly HastyTime _time = new(TimeSpan.FromSeconds(Length), speed);
    private readonly Random _random = new(314);

    /// <summary>Runs until it is stopped; says where the console is once the hour is over.</summary>
    public async Task RunAsync(Action<Uri> ready, CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("baton-hour-");
        try
        {
            var ports = FreePorts.Take(2);
            var options = BatonConfiguration.Load([await WriteAsync(directory.FullName, ports)], [], _ => null).Options
                ?? throw new InvalidOperationException("The hour's configuration has faults.");
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var pipeline = Pipeline.RunAsync(options, NullLoggerFactory.Instance, _time, ending.Token);
            try
            {
                var admin = new Uri($"http://127.0.0.1:{ports[1]}/");
                await SendAsync(new Uri($"http://127.0.0.1:{ports[0]}/v1/traces"), admin, () => ready(admin), stop);
            }
            finally
            {
                await ending.CancelAsync();
                await pipeline.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> WriteAsync(string directory, int[] ports)
    {
        var file = Path.Combine(directory, "hour.yaml");
        await File.WriteAllTextAsync(file, $$"""
            receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:{{ports[0]}} } } } }
            continuity:
              export_lag: 10s
              blind_after: 10m       # on a busy machine a pause of a second is a minute of this clock
              settle: 10s
              relays:
                - { name: render_job, produce: span.name == "produce.render_job", acknowledge: span.name == "worker.ack_wake", complete: span.name == "worker.complete", job_id: [messaging.message.id], deadlines: { schedule_to_start: 60s, schedule_to_close: 10m } }
                - { name: send_invoice, produce: span.name == "produce.send_invoice", acknowledge: span.name == "worker.ack_wake", complete: span.name == "worker.complete", deadlines: { schedule_to_close: 2m } }
                - { name: resize_image, produce: span.name == "produce.resize_image", acknowledge: span.name == "worker.ack_wake", complete: span.name == "worker.complete", deadlines: { schedule_to_close: 2m } }
            exporters: { file/tempo: { path: {{directory}}/spans.jsonl } }
            routing: { default: [file/tempo] }
            journal: { directory: {{directory}}/journal }
            state: { directory: {{directory}}/state }
            service:
              admin: { endpoint: 127.0.0.1:{{ports[1]}}, trace_url: 'https://tempo.example.com/trace/{trace_id}' }
            """);
        return file;
    }

    private async Task SendAsync(Uri traces, Uri admin, Action ready, CancellationToken stop)
    {
        using var client = new HttpClient();
        while (!await IsReadyAsync(client, new Uri(admin, "readyz"))) await Task.Delay(20, stop);
        var begin = Now();
        // What follows the hour keeps the page alive while somebody looks at it.
        var spans = new Queue<(double At, Resource From, Span Span)>(Jobs(Length * 2).SelectMany(job => job.Spans(begin)).OrderBy(span => span.At));
        var told = false;
        while (spans.Count > 0 && !stop.IsCancellationRequested)
        {
            var elapsed = (Now() - begin) / 1e9;
            var request = new ExportTraceServiceRequest();
            while (spans.TryPeek(out var next) && next.At <= elapsed)
            {
                spans.Dequeue();
                request.ResourceSpans.Add(new ResourceSpans { Resource = next.From, ScopeSpans = { new ScopeSpans { Spans = { next.Span } } } });
            }
            if (request.ResourceSpans.Count > 0) await PostAsync(client, traces, request, stop);
            if (!told && _time.HasCaughtUp)
            {
                told = true;
                ready();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(told ? 500 : 5), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The jobs of a time. In a broken hour a worker is killed, and for minutes nobody takes jobs; and one hop drops the context of a job.</summary>
    private IEnumerable<HourJob> Jobs(double seconds)
    {
        foreach (var relay in Relays)
        {
            var number = 0;
            for (var at = 1.0; at < seconds; at += relay.EverySeconds * (0.5 + _random.NextDouble()))
                yield return relay == Render && broken ? Broken(at, ++number) : new HourJob(relay, _random, ++number, at);
        }
    }

    private HourJob Broken(double at, int number)
    {
        var job = new HourJob(Render, _random, number, at);
        var doneAt = at + job.WakeUp!.Value + job.Work!.Value;
        return at switch
        {
            // Published while nobody listened: the first ones are lost, the rest waits until the worker is back.
            >= Crash and < Crash + 110 => new HourJob(Render, _random, number, at) { WakeUp = null },
            >= Crash + 110 and < Restart => new HourJob(Render, _random, number, at) { WakeUp = Restart - at + (at - Crash) * 0.1, Instance = "render-9" },
            // At work when it was killed.
            < Crash when doneAt > Crash && number % 4 == 0 => new HourJob(Render, _random, number, at) { Work = null, Instance = "render-7" },
            >= Restart + 20 and < Restart + 60 => new HourJob(Render, _random, number, at) { ContextIsDropped = true },
            _ => job,
        };
    }

    private long Now() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static async Task PostAsync(HttpClient client, Uri traces, ExportTraceServiceRequest request, CancellationToken stop)
    {
        using var body = new ByteArrayContent(request.ToByteArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        using var answer = await client.PostAsync(traces, body, stop);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri ready)
    {
        try
        {
            using var answer = await client.GetAsync(ready);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
