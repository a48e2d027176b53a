using System.Buffers;
using System.Text.Json;
using Baton.Fuzzing.Json;
using Baton.Processor.Json;
using Baton.Processor.Receive;
using Baton.Testing;
using Google.Protobuf;

namespace Baton.Fuzzing.Targets;

/// <summary>
/// OTLP's JSON in both directions, against Google.Protobuf's JsonParser: what is written as encoders write it both read alike, and whatever
/// Baton takes comes out of it and in again unchanged. An input that does not begin with an object is protobuf, to be written as JSON.
/// </summary>
internal sealed class JsonTarget : FuzzTarget
{
    public override void Run(byte[] input)
    {
        if (input.Length > 0 && input[0] is (byte)'{' or (byte)' ' or (byte)'\n')
            FromJson(input);
        else
            FromProtobuf(input);
    }

    public override IEnumerable<byte[]> Seeds() =>
        Captures.All.SelectMany(scenario => scenario.Requests).Select(request => request.Body.ToArray()).Where(body => body.Length <= 6000)
            .Concat(JsonSeeds.All).Concat(MalformedRequests.All);

    private static void FromJson(byte[] input)
    {
        var signal = JsonSignal.Of(input);
        var fault = Convert(input, signal.Type, out var protobuf);
        var isPlain = PlainJson.TryRead(input, signal.Descriptor, out var plain);
        if (fault is not null)
        {
            FindingException.Unless(protobuf.Length == 0, "bytes of a message that is refused");
            FindingException.Unless(fault.Kind == JsonFaultKind.Malformed && fault.Line >= 1 && fault.Column >= 1, $"a fault at {fault}");
            FindingException.Unless(fault.Line <= input.Count(octet => octet == '\n') + 1, $"a fault behind the last line: {fault}");
            FindingException.Unless(!isPlain, $"refused what encoders write: {fault}");
            return;
        }
        var message = signal.Parse(protobuf);
        FindingException.Unless(message is not null, "what came out of JSON is no protobuf");
        if (isPlain)
        {
            FindingException.Unless(plain is not null, "taken, and refused by an independent parser");
            FindingException.Unless(plain!, message!, "what JSON says");
        }
        RoundTrip(protobuf, message!, signal);
    }

    private static void FromProtobuf(byte[] input)
    {
        var signal = JsonSignal.Traces;
        var message = signal.Parse(input);
        if (message is null)
        {
            _ = Write(input, signal.Type);
            return;
        }
        RoundTrip(input, message, signal);
    }

    private static void RoundTrip(byte[] protobuf, IMessage message, JsonSignal signal)
    {
        var json = Write(protobuf, signal.Type);
        FindingException.Unless(json is not null, "what came out of JSON cannot be written");
        var fault = Convert(json!, signal.Type, out var again);
        FindingException.Unless(fault is null, $"refused what Baton itself wrote: {fault}");
        FindingException.Unless($"{message}", $"{signal.Parse(again)}", "what came back");
        FindingException.Unless(PlainJson.TryRead(json!, signal.Descriptor, out var plain), "Baton does not write as encoders do");
        FindingException.Unless($"{message}", $"{plain}", "what an independent parser reads of what Baton wrote");
    }

    private static JsonFault? Convert(byte[] json, JsonMessage type, out byte[] protobuf)
    {
        var admission = new Admission(long.MaxValue);
        var bytes = new PooledBytes(admission);
        var fault = JsonToProtobuf.Convert(json, type, bytes);
        protobuf = bytes.Written.ToArray();
        bytes.Release();
        FindingException.Unless(0L, admission.InFlightBytes, "bytes held");
        return fault;
    }

    private static byte[]? Write(byte[] protobuf, JsonMessage type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, ProtobufToJson.Options);
        if (!ProtobufToJson.TryWrite(protobuf, type, json))
            return null;
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
