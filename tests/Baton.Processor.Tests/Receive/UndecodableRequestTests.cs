using System.Net;
using Google.Protobuf;
using Grpc.Core;

namespace Baton.Processor.Tests.Receive;

public sealed class UndecodableRequestTests
{
    public static TheoryData<byte[], string> Undecodable
    {
        get
        {
            var whole = OtlpRequest.OfSpans(1).ToByteArray();
            return new()
            {
                { whole[..^1], "past the end" },
                { [0x0A, 0x80], "cut off" },
                { [0x08, 0x80, 0x80], "cut off" },
                { [0x08, .. Enumerable.Repeat((byte)0x80, 11)], "varint" },
                { [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], "past the end" },
                { [0x00, 0x01], "field number 0" },
                { [0x0F, 0x01], "wire type" },
                { Nested(10_000), "nested deeper" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Undecodable))]
    public async Task A_request_that_cannot_be_decoded_is_refused_with_the_place_and_the_reason(byte[] request, string reason)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var http = await test.PostAsync("/v1/traces", request);
        var grpc = await test.CallAsync(OtlpRequest.Frame(OtlpRequest.Gzip(request), flag: 1), "gzip");

        Assert.Equal((HttpStatusCode.BadRequest, StatusCode.InvalidArgument), (http.Code, grpc.Code));
        Assert.Equal(http.Status.Message, grpc.Message);
        Assert.Contains(reason, grpc.Message, StringComparison.Ordinal);
        Assert.Contains("at byte", grpc.Message, StringComparison.Ordinal);
        Assert.Equal(1, test.Metrics.ReceiverMalformedRequests.With("http").Value);
        Assert.Equal(1, test.Metrics.ReceiverMalformedRequests.With("grpc").Value);
        Assert.Empty(test.Appended);
    }

    /// <summary>A span with an attribute whose value is a list in a list in a list…; written from its end, as lengths stand before.</summary>
    private static byte[] Nested(int depth)
    {
        var bytes = new byte[depth * 10 + 100];
        var at = bytes.Length;
        for (var i = 0; i < depth; i++)
        {
            Enclose(1); // ArrayValue.values
            Enclose(5); // AnyValue.array_value
        }
        foreach (var field in (int[])[2, 9, 2, 2, 1]) // KeyValue.value, Span.attributes, ScopeSpans.spans, ResourceSpans.scope_spans
            Enclose(field);
        return bytes[at..];

        void Enclose(int field)
        {
            var head = new byte[6];
            head[0] = (byte)(field << 3 | 2);
            var size = 1;
            for (var length = (uint)(bytes.Length - at); ; length >>= 7)
            {
                head[size++] = (byte)(length > 0x7F ? length | 0x80 : length);
                if (length <= 0x7F)
                    break;
            }
            at -= size;
            head.AsSpan(0, size).CopyTo(bytes.AsSpan(at));
        }
    }
}
