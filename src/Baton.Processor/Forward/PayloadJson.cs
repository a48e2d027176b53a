using System.Buffers;
using System.Text.Json;
using Baton.Processor.Journal;
using Baton.Processor.Json;

namespace Baton.Processor.Forward;

/// <summary>A request as OTLP's JSON, for destinations that want it so.</summary>
internal static class PayloadJson
{
    /// <summary>
    /// What becomes of a request that cannot be said in JSON. Of metrics and logs only the outermost fields were looked at when they came, so
    /// what is within may be anything; sent in part it would break the destination's file or be refused by it.
    /// </summary>
    public static ExportResult NotOtlp { get; } = new(ExportOutcome.Permanent)
    {
        Kind = "not OTLP",
        Message = "what was received is not OTLP inside, and cannot be written as JSON",
        MayConcernOnePart = true,
    };

    /// <summary>The request as one JSON object; null where it is <see cref="NotOtlp"/>. What OTLP's messages do not have cannot be said in JSON, and is left out.</summary>
    /// <param name="request">What to send, plain; stays the caller's.</param>
    /// <exception cref="OperationCanceledException">The request has been released.</exception>
    public static ExportRequest? Convert(ExportRequest request)
    {
        var written = false;
        var converted = request.Rewrite(PayloadEncoding.Identity, (protobuf, target) =>
        {
            using var json = new MemoryStream(protobuf.Length * 3);
            written = TryWrite(protobuf.Span, request.Signal, json);
            target.TryGrow((int)json.Length);
            json.GetBuffer().AsSpan(0, (int)json.Length).CopyTo(target.Free);
            target.Advance((int)json.Length);
        });
        if (written)
            return converted;
        converted.Dispose();
        return null;
    }

    /// <summary>Writes a request as one JSON object, without line breaks; false where it is <see cref="NotOtlp"/>, and only a part is written.</summary>
    /// <exception cref="OperationCanceledException">The request has been released.</exception>
    public static bool TryWrite(ExportRequest request, Stream output)
    {
        var protobuf = new ArrayBufferWriter<byte>(Math.Max(1, request.Length));
        if (!request.TryWriteTo(protobuf)) throw new OperationCanceledException("The request has been released.");
        return TryWrite(protobuf.WrittenSpan, request.Signal, output);
    }

    private static bool TryWrite(ReadOnlySpan<byte> protobuf, OtlpSignal signal, Stream output)
    {
        using var json = new Utf8JsonWriter(output, ProtobufToJson.Options);
        return ProtobufToJson.TryWrite(protobuf, MessageOf(signal), json);
    }

    private static JsonMessage MessageOf(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Metrics => JsonMessage.Metrics,
        OtlpSignal.Logs => JsonMessage.Logs,
        _ => JsonMessage.Traces,
    };
}
