using System.IO.Pipelines;
using Baton.Continuity.Scan;
using Baton.Continuity.Tests.Scan;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Baton.Processor.Telemetry;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Baton.Fuzzing.Framing;

/// <summary>What the journal got; bytes in hex, so that outcomes compare by what they hold.</summary>
internal sealed record StoredEntry(string Kind, string Encoding, string Events, string Payload, int SpanCount);

/// <summary>How a call ended.</summary>
internal sealed record CallOutcome(StatusCode Code, string? Message, string Details, string Body, bool IsPartial, StoredEntry? Stored);

/// <summary>
/// Answers gRPC calls with the receiver's own code, on one thread: each piece of a body is read as soon as it is written. The exchange serves
/// one call after another, as it does with a connection.
/// </summary>
internal sealed class CallRunner
{
    /// <summary>The largest message that is taken.</summary>
    public const int MaxMessageBytes = 2048;

    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Admission _admission = new(64 << 20);
    private readonly GrpcExport _export;
    private readonly Exchange _exchange;
    private StoredEntry? _stored;

    public CallRunner()
    {
        var metrics = new PipelineMetrics(new Instruments());
        var settings = new ReceiverSettings { GrpcMaxMessageBytes = MaxMessageBytes };
        // Its timer never comes: nothing stalls here.
        var stalls = new StallWatch(Timeout.InfiniteTimeSpan, 0, TimeProvider.System);
        _exchange = new Exchange(_admission, stalls);
        _export = new GrpcExport(new Intake(ScanPlan.Create(ScanHarness.BuiltIn), Append), _admission, Transport.Grpc(settings, metrics), () => null);
    }

    /// <summary>Makes one call.</summary>
    /// <param name="path">The method.</param>
    /// <param name="encoding">grpc-encoding; null for none.</param>
    /// <param name="body">The frame.</param>
    /// <param name="pieces">How many bytes come at a time.</param>
    /// <param name="endsApart">Whether the end of the body is seen only after its last piece, as with an empty last DATA frame.</param>
    public CallOutcome Call(string path, string? encoding, byte[] body, int[] pieces, bool endsApart)
    {
        var pipe = new Pipe(Inline);
        using var answer = new CallFeatures(path, encoding, pipe.Reader);
        _stored = null;
        Task? handling = null;
        if (!endsApart && pieces.Length == 1)
        {
            pipe.Writer.WriteAsync(body).AsTask().GetAwaiter().GetResult();
            pipe.Writer.Complete();
        }
        _exchange.Begin(answer.Features);
        handling = _export.HandleAsync(_exchange);
        var at = 0;
        foreach (var piece in pieces.TakeWhile(_ => !handling.IsCompleted))
        {
            pipe.Writer.WriteAsync(body.AsMemory(at, piece)).AsTask().GetAwaiter().GetResult();
            at += piece;
        }
        pipe.Writer.Complete();
        FindingException.Unless(handling.IsCompleted, "a call whose body has ended is not answered");
        handling.GetAwaiter().GetResult();
        var outcome = answer.Outcome(_exchange.Http.Response, _stored);
        _exchange.End();
        pipe.Reader.Complete();
        FindingException.Unless(0L, _admission.InFlightBytes, "bytes held after the answer");
        return outcome;
    }

    private ValueTask<AppendResult> Append(EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spans)
    {
        FindingException.Unless(_stored is null, "two entries of one call");
        _stored = new StoredEntry(
            $"{kind}", $"{encoding}".ToUpperInvariant(), Convert.ToHexString(events.Span), Convert.ToHexString(payload.Span), spans);
        return new(new AppendResult(AppendStatus.Stored, 0));
    }
}

/// <summary>What a server offers of one request.</summary>
internal sealed class CallFeatures : IRequestBodyPipeFeature, IHttpResponseTrailersFeature, IDisposable
{
    private readonly MemoryStream _body = new();

    public CallFeatures(string path, string? encoding, PipeReader reader)
    {
        Reader = reader;
        var request = new HttpRequestFeature { Method = "POST", Path = path };
        request.Headers.ContentType = "application/grpc";
        if (encoding is not null)
            request.Headers["grpc-encoding"] = encoding;
        Features.Set<IHttpRequestFeature>(request);
        Features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_body));
        Features.Set<IRequestBodyPipeFeature>(this);
        Features.Set<IHttpResponseTrailersFeature>(this);
    }

    public FeatureCollection Features { get; } = new();

    public PipeReader Reader { get; }

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    public void Dispose() => _body.Dispose();

    /// <summary>The answer as a client sees it.</summary>
    public CallOutcome Outcome(HttpResponse response, StoredEntry? stored)
    {
        response.BodyWriter.FlushAsync().AsTask().GetAwaiter().GetResult();
        var trailersOnly = response.Headers.ContainsKey("grpc-status");
        FindingException.Unless(trailersOnly != Trailers.ContainsKey("grpc-status"), "not one status");
        FindingException.Unless("application/grpc", response.ContentType, "the content type");
        FindingException.Unless(trailersOnly, _body.Length == 0, "no message");
        var code = (StatusCode)int.Parse((trailersOnly ? response.Headers : Trailers)["grpc-status"].Single()!);
        FindingException.Unless(trailersOnly, code != StatusCode.OK, $"{code} with or without a message");
        var message = response.Headers["grpc-message"].SingleOrDefault();
        var details = $"{response.Headers["grpc-status-details-bin"]}";
        if (trailersOnly)
        {
            var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
            FindingException.Unless((int)code, status.Code, "the code of the details");
            FindingException.Unless(Uri.UnescapeDataString(message!), status.Message, "the message of the details");
        }
        return new CallOutcome(code, message, details, Convert.ToHexString(_body.ToArray()), _body.Length > 5, stored);
    }
}
