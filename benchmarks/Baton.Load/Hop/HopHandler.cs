using Baton.Load.Wire;

namespace Baton.Load.Hop;

/// <summary>
/// The least that a .NET hop can do with an Export call: take the whole message, send it on as it came, still compressed, and answer
/// what downstream answered once it did. Nothing is decoded or kept. What Baton costs beyond this is the price of what Baton does.
/// </summary>
internal sealed class HopHandler(ExportChannel downstream)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!GrpcAnswer.IsGrpc(context.Request) || context.Request.Path != ExportChannel.TracePath)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request.BodyReader, null, context.RequestAborted);
        if (!GrpcFrame.TryUnwrap(body.Memory, out _, out bool compressed))
        {
            await GrpcAnswer.FailedAsync(context.Response, GrpcAnswer.InvalidArgument, "not one gRPC message");
            return;
        }

        // The array goes back to its pool at the end, so the call must be over by then: it is not cancelled with the caller's.
        string? encoding = compressed ? context.Request.Headers["grpc-encoding"].ToString() : null;
        var reply = await downstream.SendAsync(body.Memory, encoding, CancellationToken.None);
        if (reply.Status != 0) await GrpcAnswer.FailedAsync(context.Response, reply.Status, reply.Message);
        else if (reply.Response.IsEmpty) await GrpcAnswer.OkAsync(context.Response, GrpcFrame.Empty);
        else await GrpcAnswer.OkAsync(context.Response, GrpcFrame.Wrap(reply.Response.Span, compressed: false));
    }
}
