using System.Buffers;
using System.Text.Json;
using Baton.Processor.Journal;
using Baton.Processor.Json;

namespace Baton.Processor.Forward;

/// <summary>A request as OTLP's JSON, for destinations that want it so.</summary>
internal static class PayloadJson
{
    /// <summary>The request as one JSON object. What OTLP's messages do not have cannot be said in JSON, and is left out.</summary>
    /// <param name="request">What to send, plain; stays the caller's.</param>
    /// <exception cref="OperationCanceledException">The request has been released.</exception>
    public static ExportRequest Convert(ExportRequest request) => request.Rewrite(PayloadEncoding.Identity, (protobuf, target) =>
    {
        using var json = new MemoryStream(protobuf.Length * 3);
        Write(protobuf.Span, request.Signal, json);
        target.TryGrow((int)json.Length);
        json.GetBuffer().AsSpan(0, (int)json.Length).CopyTo(target.Free);
        target.Advance((int)json.Length);
    });

    /// <summary>Writes a request as one JSON object, without line breaks.</summary>
    /// <exception cref="OperationCanceledException">The request has been released.</exception>
    public static void Write(ExportRequest request, Stream output)
    {
        var protobuf = new ArrayBufferWriter<byte>(Math.Max(1, request.Length));
        if (!request.TryWriteTo(protobuf)) throw new OperationCanceledException("The request has been released.");
        Write(protobuf.WrittenSpan, request.Signal, output);
    }

    private static void Write(ReadOnlySpan<byte> protobuf, OtlpSignal signal, Stream output)
    {
        using var json = new Utf8JsonWriter(output, ProtobufToJson.Options);
        // Whatever is in the journal has passed a check of its form.
        ProtobufToJson.TryWrite(protobuf, MessageOf(signal), json);
    }

    private static JsonMessage MessageOf(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Metrics => JsonMessage.Metrics,
        OtlpSignal.Logs => JsonMessage.Logs,
        _ => JsonMessage.Traces,
    };
}
