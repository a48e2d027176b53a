using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace Baton.Processor.Receive;

/// <summary>Writes a gRPC answer: one message and its trailers, or trailers alone where the call failed.</summary>
internal static class GrpcAnswer
{
    private const string ContentType = "application/grpc";
    private const int PrefixLength = 5;

    /// <summary>OK, with the response message; null for an empty one.</summary>
    public static void Accept(HttpResponse response, IMessage? message)
    {
        WriteMessage(response, message);
        response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>One message of an answer, whose status follows later; null for an empty one.</summary>
    public static void WriteMessage(HttpResponse response, IMessage? message)
    {
        if (!response.HasStarted)
            response.ContentType = ContentType;
        var length = message?.CalculateSize() ?? 0;
        var frame = response.BodyWriter.GetSpan(PrefixLength + length)[..(PrefixLength + length)];
        frame[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], length);
        message?.WriteTo(frame[PrefixLength..]);
        response.BodyWriter.Advance(frame.Length);
    }

    /// <summary>The failure, in a single HEADERS frame ("Trailers-Only").</summary>
    /// <param name="response">The answer to write.</param>
    /// <param name="refusal">What went wrong.</param>
    /// <param name="acceptEncoding">The compressions that would have been taken, where that was the reason.</param>
    public static void Refuse(HttpResponse response, Refusal refusal, string? acceptEncoding)
    {
        response.ContentType = ContentType;
        response.Headers.GrpcStatus = refusal.CodeText;
        response.Headers.GrpcMessage = PercentEncode(refusal.Message);
        if (acceptEncoding is not null)
            response.Headers.GrpcAcceptEncoding = acceptEncoding;
        // Unpadded base64, as gRPC over HTTP/2 asks for in names that end in -bin.
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(refusal.Status).TrimEnd('=');
    }

    /// <summary>Status-Message of gRPC over HTTP/2: UTF-8, with everything but printable ASCII, and the percent sign, percent-encoded.</summary>
    internal static string PercentEncode(string message)
    {
        if (message.AsSpan().IndexOfAnyExcept(Plain) < 0)
            return message;
        var encoded = new StringBuilder(message.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)b);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return encoded.ToString();
    }

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c).Where(c => c != '%')]);
}
