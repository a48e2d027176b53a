using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Baton.EndToEnd.Tests.Support;
using Google.Protobuf;

namespace Baton.EndToEnd.Tests.Stock;

/// <summary>One call as it stands on the wire, right or wrong.</summary>
internal sealed record RawCall(byte[] Body)
{
    /// <summary>The largest message that both servers take.</summary>
    public const int MaxMessageBytes = 1 << 20;

    private static readonly byte[] Spans = OtlpRequests.WithSpans("shop", "work").ToByteArray();

    public string Path { get; init; } = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    public string ContentType { get; init; } = "application/grpc";

    public string? Encoding { get; init; }

    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>Every way of calling that is compared, by name.</summary>
    public static IReadOnlyDictionary<string, RawCall> All { get; } = new Dictionary<string, RawCall>
    {
        ["spans"] = new(Frame(Spans)),
        ["an empty message"] = new(Frame([])),
        ["gzip"] = new(Frame(Gzip(Spans), flag: 1)) { Encoding = "gzip" },
        ["identity"] = new(Frame(Spans)) { Encoding = "identity" },
        ["plain, though gzip is announced"] = new(Frame(Spans)) { Encoding = "gzip" },
        ["unknown compression"] = new(Frame([1, 2, 3], flag: 1)) { Encoding = "snappy" },
        ["compressed flag, no encoding"] = new(Frame(Gzip(Spans), flag: 1)),
        ["compressed flag, identity"] = new(Frame(Gzip(Spans), flag: 1)) { Encoding = "identity" },
        ["a flag that there is not"] = new(Frame(Spans, flag: 2)),
        ["no message"] = new([]),
        ["half a prefix"] = new([0, 0, 0]),
        ["half a message"] = new(Frame(Spans)[..20]),
        ["two messages"] = new([.. Frame(Spans), .. Frame(Spans)]),
        ["too large"] = new(Frame(new byte[MaxMessageBytes + 1])),
        ["too large once unpacked"] = new(Frame(Gzip(new byte[MaxMessageBytes + 1]), flag: 1)) { Encoding = "gzip" },
        ["announced too large"] = new([0, 0x7F, 0xFF, 0xFF, 0xFF, 1]),
        ["no protobuf"] = new(Frame([0x0A, 0x80])),
        ["broken gzip"] = new(Frame([1, 2, 3], flag: 1)) { Encoding = "gzip" },
        ["unknown method"] = new(Frame(Spans)) { Path = "/opentelemetry.proto.collector.trace.v1.TraceService/Import" },
        ["unknown service"] = new(Frame(Spans)) { Path = "/example.v1.Nothing/Export" },
        ["no service"] = new(Frame(Spans)) { Path = "/v1/traces" },
        ["application/grpc+proto"] = new(Frame(Spans)) { ContentType = "application/grpc+proto" },
        ["application/json"] = new(Frame(Spans)) { ContentType = "application/json" },
        ["application/grpc-web"] = new(Frame(Spans)) { ContentType = "application/grpc-web" },
        ["GET"] = new([]) { Method = HttpMethod.Get },
        ["health of the server"] = new(Frame([])) { Path = "/grpc.health.v1.Health/Check" },
        ["health of a stranger"] = new(Frame([0x0A, 1, (byte)'x'])) { Path = "/grpc.health.v1.Health/Check" },
        ["unknown method of health"] = new(Frame([])) { Path = "/grpc.health.v1.Health/Cure" },
    };

    /// <summary>What a client can act on in the answer.</summary>
    public async Task<string> SendAsync(HttpClient http, Uri server, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(Method, new Uri(server, Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Method == HttpMethod.Get ? null : new ByteArrayContent(Body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(ContentType) } },
        };
        request.Headers.TE.ParseAdd("trailers");
        if (Encoding is not null)
            request.Headers.Add("grpc-encoding", Encoding);
        using var response = await http.SendAsync(request, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
            return $"HTTP {(int)response.StatusCode}";
        var inTrailers = response.TrailingHeaders.TryGetValues("grpc-status", out var values);
        var status = inTrailers || response.Headers.TryGetValues("grpc-status", out values) ? (Grpc.Core.StatusCode)int.Parse(values!.Single()) : (Grpc.Core.StatusCode?)null;
        return $"{status}, {response.Content.Headers.ContentType}, message {Convert.ToHexString(body)}, status in the {(inTrailers ? "trailers" : "headers")}"
            + (response.Headers.Contains("grpc-accept-encoding") ? ", encodings named" : "");
    }

    private static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
