using System.Buffers;
using System.Text;
using System.Text.Json;
using Baton.Processor.Json;
using Baton.Processor.Receive;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Tests.Json;

/// <summary>Both directions, with memory that is given back.</summary>
internal static class JsonUnderTest
{
    public static byte[] ToProtobuf(ReadOnlySpan<byte> json, JsonMessage message)
    {
        var fault = Convert(json, message, int.MaxValue, out var protobuf);
        Assert.True(fault is null, fault?.ToString());
        return protobuf;
    }

    public static ExportTraceServiceRequest Traces(string json) =>
        ExportTraceServiceRequest.Parser.ParseFrom(ToProtobuf(Encoding.UTF8.GetBytes(json), JsonMessage.Traces));

    public static JsonFault FaultOf(string json, int limit = int.MaxValue) => FaultOf(Encoding.UTF8.GetBytes(json), limit);

    public static JsonFault FaultOf(byte[] json, int limit = int.MaxValue)
    {
        var fault = Convert(json, JsonMessage.Traces, limit, out var protobuf);
        Assert.NotNull(fault);
        Assert.Empty(protobuf);
        return fault;
    }

    public static byte[] ToJson(ReadOnlySpan<byte> protobuf, JsonMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, ProtobufToJson.Options);
        Assert.True(ProtobufToJson.TryWrite(protobuf, message, json));
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static JsonFault? Convert(ReadOnlySpan<byte> json, JsonMessage message, int limit, out byte[] protobuf)
    {
        var admission = new Admission(long.MaxValue);
        var bytes = new PooledBytes(admission);
        var fault = JsonToProtobuf.Convert(json, message, bytes, limit);
        protobuf = bytes.Written.ToArray();
        bytes.Release();
        Assert.Equal(0, admission.InFlightBytes);
        return fault;
    }
}
