using Baton.Load.Wire;

namespace Baton.Load.Sink;

/// <summary>Takes OTLP of every signal over gRPC and HTTP, counts the spans, says OK. GET /count answers the counts as JSON.</summary>
internal sealed class SinkHandler
{
    private const string HttpTracePath = "/v1/traces";

    private readonly SpanTally _tally = new();
    private readonly CompressedBodies _compressed = new();

    public Task HandleAsync(HttpContext context)
    {
        if (GrpcAnswer.IsGrpc(context.Request)) return ExportGrpcAsync(context);
        if (HttpMethods.IsPost(context.Request.Method)) return ExportHttpAsync(context);
        if (context.Request.Path == "/count") return context.Response.WriteAsJsonAsync(_tally.Read());
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task ExportGrpcAsync(HttpContext context)
    {
        int spans = -1;
        using (var body = await RequestBody.ReadAsync(context.Request.BodyReader, null, context.RequestAborted))
        {
            if (GrpcFrame.TryUnwrap(body.Memory, out var message, out bool compressed))
            {
                spans = Count(message, compressed, context.Request.Path == ExportChannel.TracePath);
            }

            _tally.Add(spans, body.Memory.Length);
        }

        if (spans >= 0) await GrpcAnswer.OkAsync(context.Response, GrpcFrame.Empty);
        else await GrpcAnswer.FailedAsync(context.Response, GrpcAnswer.InvalidArgument, "not an OTLP request");
    }

    private async Task ExportHttpAsync(HttpContext context)
    {
        var request = context.Request;
        int spans;
        using (var body = await RequestBody.ReadAsync(request.BodyReader, request.ContentLength, context.RequestAborted))
        {
            spans = Count(body.Memory, request.Headers.ContentEncoding == "gzip", request.Path == HttpTracePath);
            _tally.Add(spans, body.Memory.Length);
        }

        context.Response.ContentType = "application/x-protobuf";
        context.Response.StatusCode = spans >= 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
    }

    private int Count(ReadOnlyMemory<byte> message, bool compressed, bool traces)
    {
        if (!traces) return 0;
        return compressed ? _compressed.Count(message) : OtlpCounts.Spans(message.Span);
    }
}
