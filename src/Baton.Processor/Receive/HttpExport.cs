using Baton.Processor.Journal;
using Grpc.Core;

namespace Baton.Processor.Receive;

/// <summary>OTLP/HTTP.</summary>
internal sealed class HttpExport(Intake intake, Admission admission, Transport transport, Func<BearerTokens?> tokens, Cors? cors)
{
    private static readonly Refusal UnknownPath = Refusals.Unsupported(
        StatusCode.Unimplemented, StatusCodes.Status404NotFound, "There is nothing here. OTLP/HTTP posts to /v1/traces, /v1/metrics or /v1/logs.");

    private static readonly Refusal NotPost = Refusals.Unsupported(
        StatusCode.Unimplemented, StatusCodes.Status405MethodNotAllowed, "OTLP/HTTP posts; no other method is taken.");

    private static readonly Refusal UnknownType = Refusals.Unsupported(
        StatusCode.InvalidArgument, StatusCodes.Status415UnsupportedMediaType, "The content type must be application/x-protobuf or application/json.");

    private static readonly Refusal UnknownEncoding = Refusals.Unsupported(
        StatusCode.InvalidArgument, StatusCodes.Status415UnsupportedMediaType, "The content encoding is not supported. Use gzip, zstd or identity.");

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(Exchange exchange)
    {
        var (request, response) = (exchange.Http.Request, exchange.Http.Response);
        if (cors is not null && cors.Answers(exchange.Http))
            return;
        var json = MediaType.Is(request.ContentType, HttpAnswer.Json);
        var kind = OtlpPaths.OfHttp(request.Path.Value);
        var result = Check(request, kind, json) is { } refused ? new IntakeResult(refused) : await TakeAsync(exchange, kind!.Value, json);
        exchange.Release();
        if (result.Refusal is not { } refusal)
        {
            HttpAnswer.Accept(response, kind!.Value, result.Partial, json);
            return;
        }
        transport.Count(refusal);
        if (refusal == UnknownEncoding)
            response.Headers.AcceptEncoding = ContentCoding.Accepted;
        if (refusal == Refusals.Stalled || refusal == Refusals.Broken || refusal == Refusals.Stopping)
            response.Headers.Connection = "close";
        HttpAnswer.Refuse(response, refusal, json);
    }

    // What its headers alone say against a request. Who has no token gets to know nothing else.
    private Refusal? Check(HttpRequest request, EntryKind? kind, bool json) =>
        tokens() is { } allowed && !allowed.Allow(request.Headers.Authorization) ? Refusals.Unauthenticated
        : kind is null ? UnknownPath
        : !HttpMethods.IsPost(request.Method) ? NotPost
        : !json && !MediaType.Is(request.ContentType, HttpAnswer.Protobuf) ? UnknownType
        : ContentCoding.Parse(request.Headers.ContentEncoding) is null ? UnknownEncoding
        : admission.Stopped ? Refusals.Stopping
        : request.ContentLength > transport.MaxBytes ? transport.TooLarge
        : null;

    private async ValueTask<IntakeResult> TakeAsync(Exchange exchange, EntryKind kind, bool json)
    {
        var request = exchange.Http.Request;
        var end = await exchange.Body.ReadAsync(int.MaxValue, (int)(request.ContentLength ?? 0), transport.MaxBytes);
        if (exchange.Body.EndWatch())
            return new IntakeResult(Refusals.Stalled);
        if (end != BodyEnd.Complete)
            return new IntakeResult(transport.Refusal(end));
        var encoding = ContentCoding.Parse(request.Headers.ContentEncoding)!.Value;
        return await intake.TakeAsync(kind, encoding, exchange.Body.Bytes.Written, exchange, transport, json);
    }
}
