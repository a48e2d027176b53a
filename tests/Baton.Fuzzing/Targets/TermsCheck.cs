using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Tests.Scan;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Fuzzing.Targets;

/// <summary>
/// A scan with a relay that asks for all that can be asked for: what a span says of its own job is what the generated classes hold, and every
/// span without a role is a sign of life of its trace.
/// </summary>
internal static partial class TermsCheck
{
    private const decimal Farthest = 4_000_000_000m * 1_000_000_000m;

    // Digits beyond those of a double are nobody's.
    private const decimal Tolerance = 4_000;

    private static readonly SpanScanner Scanner = new(ScanPlan.Create(ScanHarness.Options(ScanHarness.Relay("all", "kind == SPAN_KIND_PRODUCER") with
    {
        Deadlines = new() { ScheduleToCloseNanos = 1, HeartbeatNanos = 1, DeadlineAttribute = "messaging.system", NotBeforeAttribute = "service.name" },
        Expect = new RelayExpectation { By = "messaging.message.id", CountAttribute = "messaging.batch.message_count", AllOf = ["a", "b"] },
        JobIds = [JobIdKey.Of("messaging.message.id"), JobIdKey.Of("messaging.system", "error.type")],
    })));

    private static readonly EventWriter Events = new();

    /// <summary>Compares one request that the scanner took.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="request">The same, as the generated parser reads it.</param>
    /// <param name="usual">What a scan for the built-in relays came to.</param>
    public static void Run(byte[] bytes, ExportTraceServiceRequest request, ScanResult usual)
    {
        Events.Clear();
        FindingException.Unless(usual, Scanner.Scan(bytes, Events), "what a scan for another relay comes to");
        var spans = request.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans).ToList();
        var silent = spans.Where(IsTaken).ToHashSet(ReferenceEqualityComparer.Instance);
        var lives = new List<(TraceId Trace, long First, long Last)>();
        for (var reader = new EventReader(Events.Written.Span); reader.MoveNext();)
        {
            if (reader.Kind == EventKind.Span)
            {
                var record = new SpanEvent(reader.Record);
                var span = spans[record.Header.SpanIndex];
                silent.Remove(span);
                if (record.Header.ProduceRelay == 0)
                    Compare(span, record);
            }
            else if (reader.Kind == EventKind.Beat)
            {
                var beat = System.Runtime.InteropServices.MemoryMarshal.AsRef<BeatEvent>(reader.Record);
                lives.Add((beat.TraceId, beat.FirstEndUnixNanos, beat.LastEndUnixNanos));
            }
        }
        foreach (var span in silent.Cast<Span>())
        {
            var end = (long)Math.Min(Math.Max(span.StartTimeUnixNano, span.EndTimeUnixNano), long.MaxValue);
            var trace = TraceId.TryRead(span.TraceId.Span, out var id) ? id : default;
            FindingException.Unless(lives.Any(life => life.Trace == trace && life.First <= end && end <= life.Last), $"no sign of life of {span}");
        }
    }

    private static bool IsTaken(Span span) =>
        span.TraceId.Length == 16 && span.TraceId.Any(octet => octet != 0)
        && span.SpanId.Length == 8 && span.SpanId.Any(octet => octet != 0)
        && span.ParentSpanId.Length is 0 or 8;

    private static void Compare(Span span, in SpanEvent record)
    {
        CompareTime(Value(span, "messaging.system"), StatedTime.Of(record.Text(TextKind.Deadline)));
        CompareTime(Value(span, "service.name"), StatedTime.Of(record.Text(TextKind.NotBefore)));
        var count = Value(span, "messaging.batch.message_count");
        var text = record.Text(TextKind.ExpectedCount);
        FindingException.Unless(count is null, text.IsEmpty, "whether a count is stated");
        if (count is { HasIntValue: true })
            FindingException.Unless((uint)Math.Clamp(count.IntValue, 0, uint.MaxValue), BitConverter.ToUInt32(text), "the count");
        var ids = 0;
        for (var texts = record.Texts; texts.MoveNext();)
            ids += texts.Current.Kind == TextKind.JobId ? 1 : 0;
        var first = IsId(Value(span, "messaging.message.id")) || IsId(Value(span, "messaging.message_id")) ? 1 : 0;
        var second = IsId(Value(span, "messaging.system")) && IsId(Value(span, "error.type")) ? 1 : 0;
        FindingException.Unless(first + second, ids, "the number of job ids");
    }

    private static bool IsId(AnyValue? value) => value?.ValueCase is AnyValue.ValueOneofCase.IntValue or AnyValue.ValueOneofCase.DoubleValue
        or AnyValue.ValueOneofCase.BoolValue || value is { HasStringValue: true, StringValue.Length: > 0 };

    private static void CompareTime(AnyValue? value, StatedTime stated)
    {
        if (value is null)
        {
            FindingException.Unless(StatedForm.None, stated.Form, "the form of a time that is not stated");
            return;
        }
        FindingException.Unless(stated.Nanos is >= 0 and <= StatedTime.Farthest, $"a time of {stated.Nanos}");
        decimal? seconds = value switch
        {
            { HasIntValue: true } => value.IntValue,
            { HasDoubleValue: true } when Math.Abs(value.DoubleValue) < 1e15 => (decimal)value.DoubleValue,
            { HasStringValue: true } when Number().IsMatch(value.StringValue) => decimal.Parse(value.StringValue, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => null,
        };
        if (seconds is { } given)
        {
            FindingException.Unless(given >= 0 ? StatedForm.AfterEnd : StatedForm.Bad, stated.Form, $"the form of {given} s");
            var nanos = given < 0 ? 0 : Math.Min(given * 1_000_000_000m, Farthest);
            FindingException.Unless(Math.Abs(nanos - stated.Nanos) <= Tolerance, $"{given} s are {stated.Nanos} ns");
        }
        else if (value.HasStringValue && Timestamp().Match(value.StringValue) is { Success: true } match)
        {
            CompareTimestamp(match, stated);
        }
    }

    private static void CompareTimestamp(Match match, StatedTime stated)
    {
        // A leap second is the first of the next minute; the framework does not know it.
        var leap = match.Groups[2].Value == "60";
        var text = $"{match.Groups[1].Value.ToUpperInvariant().Replace(' ', 'T')}:{(leap ? "59" : match.Groups[2].Value)}{match.Groups[4].Value.ToUpperInvariant()}";
        if (!DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return;
        if (at.Year is < 1971 or > 2095)
            return;
        var decimals = match.Groups[3].Value.TrimStart('.').PadRight(9, '0')[..9];
        var expected = at.ToUnixTimeSeconds() * 1_000_000_000 + (leap ? 1_000_000_000 : 0) + long.Parse(decimals, CultureInfo.InvariantCulture);
        FindingException.Unless(new StatedTime(StatedForm.At, expected), stated, match.Value);
    }

    private static AnyValue? Value(Span span, string key) =>
        span.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value is { ValueCase: not AnyValue.ValueOneofCase.None } value ? value : null;

    [GeneratedRegex("^-?[0-9]{1,15}(\\.[0-9]{1,9})?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex("^([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}):([0-9]{2})(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Timestamp();
}
