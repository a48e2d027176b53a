using System.Globalization;
using System.Text;
using Baton.Processor.Configuration;
using Baton.Testing.Engine;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Continuity.Tests.Scenarios.Runner.Comparison;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>Compares the spans that Baton made with those that a file expects: the same ones, no more and no less, in any order.</summary>
/// <param name="labelOf">The label of `trace/span` in hex.</param>
/// <param name="comparesTold">Whether the time of telling must be as in the file.</param>
internal sealed class SpanComparison(Func<string, string> labelOf, bool comparesTold)
{
    public IEnumerable<string> Differences(IReadOnlyList<ExpectedSpanOptions> expected, IReadOnlyList<ToldSpan> told)
    {
        var left = told.ToList();
        foreach (var want in expected)
        {
            var have = left.Find(span => span.Span.Name == want.Name && Parent(span) == want.Parent);
            if (have is null)
            {
                yield return $"spans: {want.Name} below {want.Parent} was not told";
                continue;
            }
            left.Remove(have);
            var wrong = Wrong(want, have).ToList();
            if (wrong.Count > 0)
            {
                yield return $"spans: {want.Name} below {want.Parent} has";
                foreach (var line in wrong)
                {
                    yield return "  " + line;
                }
            }
        }
        foreach (var span in left)
        {
            yield return "spans, told and not in the file:\n" + Show(span);
        }
    }

    private IEnumerable<string> Wrong(ExpectedSpanOptions want, ToldSpan have)
    {
        var span = have.Span;
        var checks = new List<(string Key, string Want, string Have)>
        {
            ("kind", "Internal", span.Kind.ToString()),
            ("service", want.Service ?? Service(have), Service(have)),
            ("start", GoDuration.Format(want.Start), Time(span.StartTimeUnixNano)),
            ("end", GoDuration.Format(want.End), Time(span.EndTimeUnixNano)),
            ("status", want.Status, StatusOf(span)),
            ("links", string.Join(", ", want.Links), Links(span)),
        };
        if (comparesTold && want.Told is { } told)
        {
            checks.Add(("told", GoDuration.Format(told), GoDuration.Format(TimeSpan.FromSeconds(have.At))));
        }
        checks.AddRange(want.Attributes.Select(attribute => (attribute.Key, attribute.Value, Value(span, attribute.Key))));
        return from check in checks
               where !IsSame(check.Want, check.Have)
               select $"{check.Key}: {check.Have}   # the file says {check.Want}";
    }

    private static bool IsSame(string want, string have) => want == have
        || (double.TryParse(want, CultureInfo.InvariantCulture, out var a) && double.TryParse(have, CultureInfo.InvariantCulture, out var b) && Math.Abs(a - b) < 1e-6);

    private string Show(ToldSpan told)
    {
        var span = told.Span;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"  - name: {span.Name}")
            .AppendLine(CultureInfo.InvariantCulture, $"    parent: {Parent(told)}")
            .AppendLine(CultureInfo.InvariantCulture, $"    service: {Service(told)}")
            .AppendLine(CultureInfo.InvariantCulture, $"    start: {Time(span.StartTimeUnixNano)}")
            .AppendLine(CultureInfo.InvariantCulture, $"    end: {Time(span.EndTimeUnixNano)}")
            .AppendLine(CultureInfo.InvariantCulture, $"    told: {GoDuration.Format(TimeSpan.FromSeconds(told.At))}")
            .AppendLine(CultureInfo.InvariantCulture, $"    status: {StatusOf(span)}")
            .AppendLine(CultureInfo.InvariantCulture, $"    links: [{Links(span)}]")
            .Append("    attributes:");
        foreach (var attribute in span.Attributes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n      {attribute.Key}: {Value(span, attribute.Key)}");
        }
        return text.ToString();
    }

    private string Parent(ToldSpan told) => labelOf($"{Hex(told.Span.TraceId)}/{Hex(told.Span.ParentSpanId)}");

    private string Links(Span span) => string.Join(", ", span.Links.Select(link => labelOf($"{Hex(link.TraceId)}/{Hex(link.SpanId)}")));

    private static string Service(ToldSpan told) => told.Resource.Attributes.FirstOrDefault(a => a.Key == "service.name")?.Value.StringValue ?? "";

    private static string StatusOf(Span span) => span.Status is null ? "UNSET" : $"{span.Status.Code.ToString().ToUpperInvariant()} {span.Status.Message}".Trim();

    private static string Time(ulong unixNanos) => GoDuration.Format(new TimeSpan(((long)unixNanos - Story.Epoch) / 100));

    private static string Value(Span span, string key) => span.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value switch
    {
        null => "absent",
        { ValueCase: AnyValue.ValueOneofCase.ArrayValue } list => string.Join(", ", list.ArrayValue.Values.Select(value => value.StringValue)),
        { ValueCase: AnyValue.ValueOneofCase.StringValue } text => text.StringValue,
        { ValueCase: AnyValue.ValueOneofCase.IntValue } whole => whole.IntValue.ToString(CultureInfo.InvariantCulture),
        { ValueCase: AnyValue.ValueOneofCase.DoubleValue } number => number.DoubleValue.ToString("R", CultureInfo.InvariantCulture),
        { ValueCase: AnyValue.ValueOneofCase.BoolValue } truth => truth.BoolValue ? "true" : "false",
        var other => other.ToString(),
    };
}
