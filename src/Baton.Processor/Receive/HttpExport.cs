using Baton.Processor.Journal;
using Grpc.Core;

namespace Baton.Processor.Receive;

/// <summary>OTLP/HTTP.</summary>
internal sealed class HttpExport(Intake intake, Admission admission, Transport transport)
{
    private static readonly Refusal UnknownPath = Refusals.Unsupported(
        StatusCode.Unimplemented, StatusCodes.Status404NotFound, "There is nothing here. OTLP/HTTP posts to /v1/traces, /v1/metrics or /v1/logs.");

    private static readonly Refusal NotPost = Refusals.Unsupported(
        StatusCode.Unimplemented, StatusCodes.Status405MethodNotAllowed, "OTLP/HTTP posts; no other method is taken.");

    private static readonly Refusal NotProtobuf = Refusals.Unsupported(
        StatusCode.InvalidArgument, StatusCodes.Status415UnsupportedMediaType, "The content type must be application/x-protobuf.");

    private static readonly Refusal UnknownEncoding = Refusals.Unsupported(
        StatusCode.InvalidArgument, StatusCodes.Status415UnsupportedMediaType, "The content encoding is not supported. Use gzip, zstd or identity.");

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(Exchange exchange)
    {
        var response = exchange.Http.Response;
        var result = await TakeAsync(exchange);
        exchange.Release();
        if (result.Refusal is not { } refusal)
        {
            HttpAnswer.Accept(response, result.Partial);
            return;
        }
        transport.Count(refusal);
        if (refusal == UnknownEncoding)
            response.Headers.AcceptEncoding = ContentCoding.Accepted;
        if (refusal == Refusals.Stalled || refusal == Refusals.Broken || refusal == Refusals.Stopping)
            response.Headers.Connection = "close";
        HttpAnswer.Refuse(response, refusal);
    }

    private async ValueTask<IntakeResult> TakeAsync(Exchange exchange)
    {
        var request = exchange.Http.Request;
        if (OtlpPaths.OfHttp(request.Path.Value) is not { } kind)
            return new IntakeResult(UnknownPath);
        if (!HttpMethods.IsPost(request.Method))
            return new IntakeResult(NotPost);
        if (!MediaType.Is(request.ContentType, "application/x-protobuf"))
            return new IntakeResult(NotProtobuf);
        if (ContentCoding.Parse(request.Headers.ContentEncoding) is not { } encoding)
            return new IntakeResult(UnknownEncoding);
        if (admission.Stopped)
            return new IntakeResult(Refusals.Stopping);
        if (request.ContentLength > transport.MaxBytes)
            return new IntakeResult(transport.TooLarge);

        var end = await exchange.Body.ReadAsync(int.MaxValue, (int)(request.ContentLength ?? 0), transport.MaxBytes);
        if (exchange.Body.EndWatch())
            return new IntakeResult(Refusals.Stalled);
        if (end != BodyEnd.Complete)
            return new IntakeResult(transport.Refusal(end));
        return await intake.TakeAsync(kind, encoding, exchange.Body.Bytes.Written, exchange, transport);
    }
}
