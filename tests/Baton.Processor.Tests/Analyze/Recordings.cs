using System.IO.Compression;
using System.Text;
using Baton.Processor.Json;
using Baton.Processor.Tests.Json;
using Baton.Testing.Engine;
using Google.Protobuf;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Processor.Tests.Analyze;

/// <summary>Recorded requests as a Collector would have written them.</summary>
internal static class Recordings
{
    /// <summary>A relay for the reference example.</summary>
    public const string RenderJob = """
        continuity:
          relays:
            - name: render_job
              produce: span.name == "produce.render_job"
              acknowledge: span.name == "worker.ack_wake"
              complete: span.name == "worker.complete"
              deadlines: { max_job_duration: 9m, schedule_to_start: 30s, start_to_close: 10m }
        """;

    private static readonly SpanSpec Produce = Producer("produce.render_job", 0, 0.18);

    /// <summary>The whole job: the producer's request, and two of the worker's, which exports what has ended every few seconds.</summary>
    public static byte[][] ReferenceExample { get; } = [Request(Produce), Request(Acknowledge(0.31)), Request(Run(0.38, 522), Complete(522))];

    /// <summary>A publication that nobody picks up, and a sign of life an hour later.</summary>
    public static byte[][] SilentSleep { get; } = [Request(Produce), Request(Internal("other", 3600, 3601).In("t9"))];

    /// <summary>Requests as JSON lines.</summary>
    public static byte[] Lines(params byte[][] requests) => [.. requests.SelectMany(request => (byte[])[.. Json(request), (byte)'\n'])];

    /// <summary>One request in JSON, over several lines.</summary>
    public static byte[] Document(byte[] request) =>
        Encoding.UTF8.GetBytes(System.Text.Json.Nodes.JsonNode.Parse(Json(request))!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));

    /// <summary>A request in JSON.</summary>
    public static byte[] Json(byte[] request) => JsonUnderTest.ToJson(request, JsonMessage.Traces);

    /// <summary>All requests as one.</summary>
    public static byte[] Together(params byte[][] requests) => [.. requests.SelectMany(request => request)];

    /// <summary>gzip.</summary>
    public static byte[] Gzip(byte[] plain)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain);
        return compressed.ToArray();
    }

    /// <summary>A request of spans.</summary>
    public static byte[] Request(params SpanSpec[] spans) => Story.Request(spans).ToByteArray();

    /// <summary>A worker's pick-up.</summary>
    public static SpanSpec Acknowledge(double at) => Consumer("worker.ack_wake", at, at + 0.07).Under("produce.render_job");

    /// <summary>A worker's work.</summary>
    public static SpanSpec Run(double from, double to) => Internal("worker.run", from, to).Under("produce.render_job");

    /// <summary>A worker's completion.</summary>
    public static SpanSpec Complete(double at) => Internal("worker.complete", at, at).Under("produce.render_job");
}
