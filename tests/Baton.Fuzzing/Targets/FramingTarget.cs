using System.Buffers.Binary;
using Baton.Fuzzing.Framing;
using Baton.Testing;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Fuzzing.Targets;

/// <summary>
/// gRPC calls, byte by byte: however a body is cut into reads, the answer is the same and the journal gets the same; and both are what a plain
/// reading of the whole body says. An input's first byte chooses the method and grpc-encoding, its second how the body is cut.
/// </summary>
internal sealed class FramingTarget : FuzzTarget
{
    private const int PrefixLength = 5;

    private static readonly string?[] Encodings = [null, "identity", "gzip", "zstd", "GZIP", "snappy", "", "gzip, zstd"];

    private static readonly string[] Paths =
    [
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "/grpc.health.v1.Health/Check",
    ];

    private readonly CallRunner _calls = new();

    public override int MaxLength => 4096;

    public override void Run(byte[] input)
    {
        if (input.Length < 2)
            return;
        var encoding = Encodings[input[0] & 7];
        var path = Paths[input[0] >> 3 & 3];
        var body = input[2..];
        var whole = _calls.Call(path, encoding, body, [body.Length], endsApart: false);
        foreach (var (pieces, endsApart) in Cuts(body.Length, input[1]))
            FindingException.Unless(whole, _calls.Call(path, encoding, body, pieces, endsApart), $"the answer to pieces of {string.Join(',', pieces.Take(20))} bytes");
        Compare(path, encoding, body, whole);
    }

    public override IEnumerable<byte[]> Seeds()
    {
        foreach (var request in Captures.All.SelectMany(scenario => scenario.Requests).Where(request => !request.IsJson && request.Body.Length < 2300).Take(6))
        {
            var message = request.Body.ToArray();
            yield return [0, 1, .. Frame(message, 0)];
            yield return [2, 2, .. Frame(PlainCompression.Gzip(message), 1)];
            yield return [3, 3, .. Frame(PlainCompression.Zstd(message), 1)];
        }
        foreach (var message in MalformedRequests.All)
        {
            yield return [0, 7, .. Frame(message, 0)];
            yield return [2 | 8, 7, .. Frame(PlainCompression.Gzip(message), 1)];
        }
        yield return [24, 1, .. Frame([], 0)];
        yield return [24, 1, .. Frame(new HealthCheckRequest { Service = "opentelemetry.proto.collector.trace.v1.TraceService" }.ToByteArray(), 0)];
        yield return [5, 1, .. Frame([1, 2], 1)];
        yield return [0, 1, 2, 0, 0, 0, 0];
        yield return [0, 1, 0, 0, 0, 0, 9, 1];
        yield return [0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        yield return [0, 1, .. Frame([], 0), .. Frame([], 0)];
        yield return [0, 1, 0, 0];
    }

    private static byte[] Frame(byte[] message, byte flag)
    {
        var frame = new byte[PrefixLength + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, PrefixLength);
        return frame;
    }

    private static IEnumerable<(int[] Pieces, bool EndsApart)> Cuts(int length, int seed)
    {
        var random = new Random(seed);
        yield return ([length], true);
        if (length <= 64)
            yield return ([.. Enumerable.Repeat(1, length)], (seed & 1) != 0);
        for (var i = 0; i < 2; i++)
        {
            var pieces = new List<int>();
            for (var left = length; left > 0; left -= pieces[^1])
                pieces.Add(Math.Min(left, random.Next(4) == 0 ? random.Next(1, length + 1) : random.Next(1, 8 + length / 8)));
            yield return ([.. pieces], i == 0);
        }
    }

    private static void Compare(string path, string? encoding, byte[] body, CallOutcome outcome)
    {
        var expected = path == Paths[3] ? ExpectedHealth(body) : ExpectedExport(path, encoding, body);
        FindingException.Unless(expected.Contains(outcome.Code), $"status {outcome.Code} instead of {string.Join(" or ", expected)}: {outcome.Message}");
        if (outcome.Stored is { } stored)
            CompareStored(encoding, body, outcome, stored);
    }

    private static StatusCode[] ExpectedHealth(byte[] body)
    {
        if (body.Length is < PrefixLength or > 4096 || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) != body.Length - PrefixLength)
            return [StatusCode.Internal];
        try
        {
            var service = HealthCheckRequest.Parser.ParseFrom(body.AsSpan(PrefixLength)).Service;
            return [service.Length == 0 || Paths[..3].Any(path => path == $"/{service}/Export") ? StatusCode.OK : StatusCode.NotFound];
        }
        catch (InvalidProtocolBufferException)
        {
            return [StatusCode.Internal];
        }
    }

    private static StatusCode[] ExpectedExport(string path, string? encoding, byte[] body)
    {
        if (body.Length < PrefixLength || body[0] > 1)
            return [StatusCode.Internal];
        var length = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        if (length > CallRunner.MaxMessageBytes)
            return [StatusCode.ResourceExhausted];
        if (length != body.Length - PrefixLength)
            return [StatusCode.Internal];
        var message = body[PrefixLength..];
        if (body[0] == 1)
        {
            if (string.IsNullOrEmpty(encoding) || encoding == "identity")
                return [StatusCode.Internal];
            if (encoding.ToUpperInvariant() is not ("GZIP" or "ZSTD"))
                return [StatusCode.Unimplemented];
            // Stricter than the framework, which takes a body that was cut short for a complete one.
            if (PlainCompression.Decompress(encoding, message, CallRunner.MaxMessageBytes) is not { } plain)
                return [StatusCode.InvalidArgument, StatusCode.ResourceExhausted];
            return [.. ExpectedMessage(path, plain), StatusCode.InvalidArgument];
        }
        return ExpectedMessage(path, message);
    }

    // Of metrics and logs only the outermost fields are looked at: those of a message that knows no field.
    private static StatusCode[] ExpectedMessage(string path, byte[] message)
    {
        try
        {
            _ = path == Paths[0] ? (IMessage)ExportTraceServiceRequest.Parser.ParseFrom(message) : Empty.Parser.ParseFrom(message);
            return [StatusCode.OK];
        }
        catch (InvalidProtocolBufferException fault)
        {
            return fault.Message.Contains("UTF-8", StringComparison.Ordinal) ? [StatusCode.OK, StatusCode.InvalidArgument] : [StatusCode.InvalidArgument];
        }
    }

    // The journal gets the bytes as they came, unless something of them was rejected.
    private static void CompareStored(string? encoding, byte[] body, CallOutcome outcome, StoredEntry stored)
    {
        var compressed = body[0] == 1;
        var message = compressed ? PlainCompression.Decompress(encoding!, body[PrefixLength..], CallRunner.MaxMessageBytes)! : body[PrefixLength..];
        FindingException.Unless(outcome.Code == StatusCode.OK, "stored, and refused");
        if (!outcome.IsPartial)
        {
            FindingException.Unless(Convert.ToHexString(body, PrefixLength, body.Length - PrefixLength), stored.Payload, "the stored bytes");
            FindingException.Unless(compressed ? encoding!.ToUpperInvariant() : "IDENTITY", stored.Encoding, "the stored encoding");
        }
        if (stored.Kind == "Traces" && !outcome.IsPartial)
        {
            var spans = ExportTraceServiceRequest.Parser.ParseFrom(message).ResourceSpans.SelectMany(resource => resource.ScopeSpans).Sum(scope => scope.Spans.Count);
            FindingException.Unless(spans, stored.SpanCount, "the stored number of spans");
        }
    }
}
