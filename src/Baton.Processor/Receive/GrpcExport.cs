using System.Buffers.Binary;
using Baton.Processor.Journal;
using Grpc.Core;

namespace Baton.Processor.Receive;

/// <summary>
/// OTLP/gRPC, handled on the HTTP/2 request itself so that a compressed message stays as it came. Behaves as servers generated from
/// the service definitions do (gRPC over HTTP/2, "Requests"; compression.md for the compressed flag). grpc-timeout is left to the client,
/// which gives up by itself: what arrived whole is worth storing all the same.
/// </summary>
internal sealed class GrpcExport(Intake intake, Admission admission, Transport transport, Func<BearerTokens?> tokens)
{
    private readonly GrpcHealth _health = new(admission);

    private const int PrefixLength = 5;
    private const string ContentType = "application/grpc";

    private static readonly Refusal NotGrpc = Refusals.Unsupported(
        StatusCode.Internal, StatusCodes.Status415UnsupportedMediaType, "This port speaks gRPC: the content type must be application/grpc.");

    private static readonly Refusal NotPost = Refusals.Unsupported(StatusCode.Internal, StatusCodes.Status405MethodNotAllowed, "A gRPC call is a POST.");

    private static readonly Refusal UnknownMethod = Refusals.Unsupported(
        StatusCode.Unimplemented, StatusCodes.Status404NotFound,
        "There is no such method. OTLP/gRPC calls Export of opentelemetry.proto.collector.{trace,metrics,logs}.v1.{Trace,Metrics,Logs}Service.");

    private static readonly Refusal UnknownEncoding = Refusals.Unsupported(
        StatusCode.Unimplemented, StatusCodes.Status415UnsupportedMediaType, "The message is compressed in a way that is not supported. Use gzip, zstd or identity.");

    private static readonly Refusal FlagWithoutEncoding = Refusals.BrokenFrame(
        "The message is marked as compressed, but grpc-encoding names no compression. Send grpc-encoding: gzip, or clear the flag.");

    /// <summary>Answers one call.</summary>
    public async Task HandleAsync(Exchange exchange)
    {
        var http = exchange.Http;
        if (!IsGrpc(http.Request.ContentType) || !HttpMethods.IsPost(http.Request.Method))
        {
            var refused = HttpMethods.IsPost(http.Request.Method) ? NotGrpc : NotPost;
            transport.Count(refused);
            HttpAnswer.Refuse(http.Response, refused, json: false);
            return;
        }

        if (GrpcHealth.Has(http.Request.Path.Value))
        {
            await _health.HandleAsync(exchange);
            return;
        }

        // Who has no token gets to know nothing else, and costs no more than its headers.
        var result = tokens() is { } allowed && !allowed.Allow(http.Request.Headers.Authorization) ? new IntakeResult(Refusals.Unauthenticated)
            : admission.Stopped ? new IntakeResult(Refusals.Stopping)
            : OtlpPaths.OfGrpc(http.Request.Path.Value) is not { } kind ? new IntakeResult(UnknownMethod)
            : await TakeAsync(exchange, kind);
        exchange.Release();
        if (result.Refusal is not { } refusal)
        {
            GrpcAnswer.Accept(http.Response, result.Partial);
            return;
        }
        transport.Count(refusal);
        GrpcAnswer.Refuse(http.Response, refusal, acceptEncoding: refusal == UnknownEncoding ? ContentCoding.Accepted : null);
    }

    private async ValueTask<IntakeResult> TakeAsync(Exchange exchange, EntryKind kind)
    {
        if (await ReadMessageAsync(exchange.Body) is { } unreadable)
            return new IntakeResult(unreadable);
        var frame = exchange.Body.Bytes.Written;
        var encoding = PayloadEncoding.Identity;
        if (frame.Span[0] == 1)
        {
            if (ContentCoding.Parse(exchange.Http.Request.Headers.GrpcEncoding) is not { } named)
                return new IntakeResult(UnknownEncoding);
            if (named == PayloadEncoding.Identity)
                return new IntakeResult(FlagWithoutEncoding);
            encoding = named;
        }
        return await intake.TakeAsync(kind, encoding, frame[PrefixLength..], exchange, transport);
    }

    private async ValueTask<Refusal?> ReadMessageAsync(RequestBody body)
    {
        // Without a limit: how much comes with the prefix is the network's doing, and what is refused, and why, must not depend on it.
        var end = await body.ReadAsync(PrefixLength, 0, int.MaxValue);
        if (end is not (BodyEnd.Complete or BodyEnd.Reached))
            return transport.Refusal(end);
        if (body.Bytes.Length < PrefixLength)
            return Refusals.BrokenFrame($"The call ended after {body.Bytes.Length} bytes, before its message.");

        var prefix = body.Bytes.Written.Span[..PrefixLength];
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (prefix[0] > 1)
            return Refusals.BrokenFrame($"The message begins with {prefix[0]}; the compressed flag is 0 or 1.");
        if (length > transport.MaxBytes)
            return transport.TooLarge;

        var whole = PrefixLength + (int)length;
        end = body.Bytes.Length > whole ? BodyEnd.TooLarge : await body.ReadAsync(int.MaxValue, whole, whole);
        if (body.EndWatch())
            return Refusals.Stalled;
        return end switch
        {
            BodyEnd.Complete when body.Bytes.Length == whole => null,
            BodyEnd.Complete => Refusals.BrokenFrame($"The message announces {length} bytes, but the call ended after {body.Bytes.Length - PrefixLength}."),
            BodyEnd.TooLarge => Refusals.BrokenFrame("More follows the message. An Export call has one."),
            _ => transport.Refusal(end),
        };
    }

    private static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = contentType.AsSpan(ContentType.Length).TrimStart();
        return rest.IsEmpty || rest[0] == ';' || MediaType.Is(contentType, "application/grpc+proto");
    }
}
