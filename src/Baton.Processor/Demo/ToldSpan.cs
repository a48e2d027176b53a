using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Demo;

/// <summary>A span that Baton added, as a person reads it: where it stands, what it says, what is known.</summary>
internal readonly struct ToldSpan(Job job, Received told)
{
    // Said already, or without meaning for a reader of this report.
    private static readonly string[] Unlisted = ["baton.relay", "baton.verdict", "messaging.system"];

    private const int KeyWidth = 26;

    /// <summary>Writes it.</summary>
    /// <param name="screen">Where its attributes go.</param>
    /// <param name="field">Writes a field of the report.</param>
    public void Write(Screen screen, Action<string, string, Tone> field)
    {
        var span = told.Span;
        field("Span added", $"{span.Name}  {StatusOf(span)}", span.Status?.Code == Status.Types.StatusCode.Error ? Tone.Bad : Tone.Good);
        Row(screen, "trace", $"{Hex(span.TraceId)} ({(span.TraceId.Equals(job.TraceId) ? "the producer's" : "the worker's")})");
        Row(screen, "span", Hex(span.SpanId));
        Row(screen, "parent", $"{Hex(span.ParentSpanId)} {job.NameOf(span.ParentSpanId)}");
        foreach (var link in span.Links)
            Row(screen, "link", $"{Hex(link.SpanId)} {job.NameOf(link.SpanId)}");
        foreach (var attribute in span.Attributes.Where(attribute => !Unlisted.Contains(attribute.Key)))
        {
            var value = Received.TextOf(attribute.Value);
            var meaning = attribute.Key == "baton.evidence" ? Wording.OfEvidence(value) : "";
            Row(screen, attribute.Key, meaning.Length > 0 ? $"{value}: {meaning}" : value);
        }
    }

    /// <summary>Status and message, as backends show them.</summary>
    public static string StatusOf(Span span) => span.Status?.Code switch
    {
        Status.Types.StatusCode.Error => $"ERROR \"{span.Status.Message}\"",
        Status.Types.StatusCode.Ok => "OK",
        _ => "UNSET",
    };

    private static void Row(Screen screen, string key, string value) => screen.Text($"    {key.PadRight(KeyWidth)} {value}", KeyWidth + 5);

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
