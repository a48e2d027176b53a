using System.Globalization;
using System.Text;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Google.Protobuf;

namespace Baton.Processor.Forward;

/// <summary>
/// The exporter <c>debug</c>: writes what passes to a text, usually standard output. One line per request; in detail, every span.
/// Baton's own spans, which are few and what one looks for, are always
/// written out.
/// </summary>
internal sealed class DebugExporter(DebugExporterOptions options, TextWriter output) : IExporter
{
    private readonly bool _detailed = options.Verbosity == DebugVerbosity.Detailed;

    /// <inheritdoc/>
    public async Task<ExportResult> ExportAsync(ExportRequest request, CancellationToken cancellation)
    {
        var text = Describe(request);
        try
        {
            // One write per request: the lines of two requests do not mix. Elsewhere, because whoever should read a pipe may not.
            await Task.Run(() => Write(text), cancellation).WaitAsync(cancellation);
            return ExportResult.Accepted;
        }
        catch (OperationCanceledException)
        {
            return new ExportResult(ExportOutcome.Retryable) { Kind = "CANCELLED" };
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            return new ExportResult(ExportOutcome.Permanent) { Kind = "output closed", Message = closed.Message };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(string text)
    {
        output.Write(text);
        output.Flush();
    }

    private string Describe(ExportRequest request)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{NameOf(request)}: {request.SpanCount} in {request.Parts.Length} entries");
        text.Append(CultureInfo.InvariantCulture, $", {request.Length} bytes");
        if (request.Encoding != PayloadEncoding.Identity) text.Append(CultureInfo.InvariantCulture, $" ({ContentCoding.NameOf(request.Encoding)})");
        text.AppendLine();
        if (request.Signal != OtlpSignal.Traces) return text.ToString();
        foreach (ref readonly var part in request.Parts)
        {
            var own = part.Kind == EntryKind.Own;
            if (own || _detailed) AppendSpans(text, part, own);
        }
        return text.ToString();
    }

    private static void AppendSpans(StringBuilder text, in ExportPart part, bool own)
    {
        try
        {
            SpanText.Append(text, part.Payload.Span, own ? "  [baton] " : "  ");
        }
        catch (InvalidProtocolBufferException malformed)
        {
            text.Append("  not readable: ").AppendLine(malformed.Message);
        }
    }

    private static string NameOf(ExportRequest request) => request.Signal switch
    {
        OtlpSignal.Metrics => "data points",
        OtlpSignal.Logs => "log records",
        _ => "spans",
    };
}
