using System.Runtime.CompilerServices;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.Json;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Receive;

/// <summary>
/// The way from a received body to the journal, the same for both transports: decompress, scan, cut out what must not go on, append.
/// Nothing is acknowledged before the journal has it, and what cannot be decoded never gets there. Safe for any number of threads.
/// </summary>
internal sealed class Intake(ScanPlan plan, AppendEntry append)
{
    private readonly ScanPlanGate _plan = new(plan);

    /// <summary>Replaces the scan plan; requests wait meanwhile. See <see cref="ScanPlanGate.ReplaceAsync"/>.</summary>
    public Task<bool> ReplaceAsync(ScanPlan next, Func<Task<bool>> declare) => _plan.ReplaceAsync(next, declare);

    /// <summary>Takes one request.</summary>
    /// <param name="kind">What it brings.</param>
    /// <param name="encoding">How it is compressed.</param>
    /// <param name="body">The bytes as they came; not changed until the task ends.</param>
    /// <param name="exchange">Lends its memory until the task ends.</param>
    /// <param name="transport">Its limit, and where to count.</param>
    /// <param name="json">It is OTLP's JSON, and goes on as protobuf; else it is protobuf, and goes on as it came.</param>
    public ValueTask<IntakeResult> TakeAsync(
        EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> body, Exchange exchange, Transport transport, bool json = false)
    {
        var message = body;
        if (encoding != PayloadEncoding.Identity)
        {
            var end = ContentCoding.Decompress(encoding, body, exchange.Plain, transport.MaxBytes);
            if (end != DecompressionEnd.Complete)
                return new(new IntakeResult(transport.Refusal(end)));
            message = exchange.Plain.Written;
        }
        if (json)
        {
            if (Convert(kind, message.Span, exchange.Converted, transport) is { } refusal)
                return new(new IntakeResult(refusal));
            (encoding, body) = (PayloadEncoding.Identity, exchange.Converted.Written);
            message = body;
        }
        return kind == EntryKind.Traces
            ? TakeTracesAsync(new Payload(encoding, body), message, exchange, transport)
            : TakeUnreadAsync(kind, new Payload(encoding, body), message);
    }

    private static Refusal? Convert(EntryKind kind, ReadOnlySpan<byte> json, PooledBytes converted, Transport transport)
    {
        var type = kind switch
        {
            EntryKind.Metrics => JsonMessage.Metrics,
            EntryKind.Logs => JsonMessage.Logs,
            _ => JsonMessage.Traces,
        };
        return JsonToProtobuf.Convert(json, type, converted, transport.MaxBytes) switch
        {
            null => null,
            { Kind: JsonFaultKind.TooLarge } => transport.TooLarge,
            { Kind: JsonFaultKind.NoMemory } => Refusals.NoMemory,
            var fault => Refusals.Malformed($"Not the JSON of an {type.Name}: {fault}."),
        };
    }

    // An empty request is a success, and there is nothing to keep.
    private async ValueTask<IntakeResult> TakeUnreadAsync(EntryKind kind, Payload payload, ReadOnlyMemory<byte> message)
    {
        if (message.IsEmpty)
            return default;
        if (WireCheck.Check(message.Span) is { } fault)
            return new(Refusals.Malformed($"Not an Export{kind}ServiceRequest: {fault.Reason} (at byte {fault.Offset})."));
        var stored = await append(kind, payload.Encoding, ReadOnlyMemory<byte>.Empty, payload.Bytes, 0);
        return new(Refusals.Of(stored.Status));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IntakeResult> TakeTracesAsync(Payload payload, ReadOnlyMemory<byte> message, Exchange exchange, Transport transport)
    {
        var plan = await _plan.EnterAsync();
        var scan = plan.Scans.Get();
        try
        {
            var found = scan.Scanner.Scan(message.Span, scan.Events);
            if (found.Fault is { } fault)
                return new(Refusals.Malformed($"{fault}."));
            var accepted = found.SpanCount - found.RejectedSpans;
            if (accepted > 0)
            {
                if (found.NeedsCut && !TryCut(ref payload, message, scan.Scanner.Rejected, exchange.Cut))
                    return Refuse(Refusals.NoMemory, found.SpanCount, transport);
                if ((long)scan.Events.Written.Length + payload.Bytes.Length > Journal.Journal.MaxEntryBytes)
                    return Refuse(transport.TooLarge, found.SpanCount, transport);
                // The smallest spans make events larger than themselves.
                if (!exchange.TryHold(scan.Events.Written.Length))
                    return Refuse(Refusals.NoMemory, found.SpanCount, transport);
                var stored = await append(EntryKind.Traces, payload.Encoding, scan.Events.Written, payload.Bytes, accepted);
                if (Refusals.Of(stored.Status) is { } refusal)
                    return Refuse(refusal, found.SpanCount, transport);
            }
            transport.CountAccepted(accepted);
            return found.RejectedSpans == 0 ? default : Reject(found, transport);
        }
        finally
        {
            plan.Scans.Return(scan);
            plan.Leave();
        }
    }

    private static bool TryCut(ref Payload payload, ReadOnlyMemory<byte> message, ReadOnlySpan<RejectedRange> rejected, PooledBytes cut)
    {
        if (!cut.TryGrow(message.Length))
            return false;
        cut.Advance(RequestCutter.Cut(message.Span, rejected, cut.Free));
        payload = new Payload(PayloadEncoding.Identity, cut.Written);
        return true;
    }

    private static IntakeResult Refuse(Refusal refusal, int spans, Transport transport)
    {
        transport.CountRefused(spans);
        return new(refusal);
    }

    // OTLP specification, "Partial Success": told to the sender, who must not send those spans again.
    private static IntakeResult Reject(in ScanResult found, Transport transport)
    {
        transport.CountRefused(found.RejectedSpans);
        var partial = new ExportTracePartialSuccess { RejectedSpans = found.RejectedSpans, ErrorMessage = found.Rejection };
        return new(null, new ExportTraceServiceResponse { PartialSuccess = partial });
    }

    private readonly record struct Payload(PayloadEncoding Encoding, ReadOnlyMemory<byte> Bytes);
}
