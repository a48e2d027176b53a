using System.Text;
using Baton.Continuity.Conditions;
using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Fuzzing.Conditions;

/// <summary>Makes spans that a condition can tell apart: with its keys, and with its values and their neighbours. The same for the same condition.</summary>
internal sealed class SpanMaker
{
    private readonly List<string> _spanKeys = [];
    private readonly List<string> _resourceKeys = [];
    private readonly List<string> _texts = ["", "a", "messaging.system"];
    private readonly List<double> _numbers = [0, 1, -1, double.NaN, 2.5];
    private readonly List<long> _whole = [0, 1, -1, long.MaxValue];
    private readonly Random _random;

    public SpanMaker(Expression expression, string printed)
    {
        var seed = 17;
        foreach (var character in printed)
            seed = unchecked((seed * 31) + character);
        _random = new Random(seed);
        Learn(expression);
    }

    public ExportTraceServiceRequest Make() => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { Attributes(_resourceKeys) } },
                ScopeSpans = { new ScopeSpans { Scope = new InstrumentationScope { Name = Text() }, Spans = { MakeSpan() } } },
            },
        },
    };

    private Span MakeSpan() => new()
    {
        TraceId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 16)]),
        SpanId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)2, 8)]),
        ParentSpanId = Parent(),
        Name = Text(),
        Kind = (Span.Types.SpanKind)_random.Next(-1, 7),
        Status = new Status { Code = (Status.Types.StatusCode)_random.Next(4) },
        Attributes = { Attributes(_spanKeys) },
    };

    private ByteString Parent() => _random.Next(3) switch
    {
        0 => ByteString.Empty,
        1 => ByteString.CopyFrom(new byte[8]),
        _ when _texts.FirstOrDefault(text => text.Length == 16 && text.All(char.IsAsciiHexDigit)) is { } id => ByteString.CopyFrom(Convert.FromHexString(id)),
        _ => ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 0xAB),
    };

    private IEnumerable<KeyValue> Attributes(List<string> keys)
    {
        yield return new KeyValue { Key = "other", Value = Value() };
        foreach (var key in keys.Where(_ => _random.Next(5) > 0))
        {
            yield return new KeyValue { Key = key, Value = Value() };
            if (_random.Next(6) == 0)
                yield return new KeyValue { Key = key, Value = Value() };
        }
    }

    private AnyValue? Value() => _random.Next(12) switch
    {
        < 4 => new AnyValue { StringValue = Text() },
        < 6 => new AnyValue { IntValue = _whole[_random.Next(_whole.Count)] },
        < 8 => new AnyValue { DoubleValue = _numbers[_random.Next(_numbers.Count)] },
        8 => new AnyValue { BoolValue = _random.Next(2) == 0 },
        9 => new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { StringValue = "a" } } } },
        10 => new AnyValue { BytesValue = ByteString.CopyFromUtf8("a") },
        _ => _random.Next(2) == 0 ? null : new AnyValue(),
    };

    private string Text()
    {
        var text = _texts[_random.Next(_texts.Count)];
        return _random.Next(6) switch
        {
            0 => text + "\n",
            1 => "x" + text,
            2 => text + text,
            _ => text,
        };
    }

    private void Learn(Expression expression)
    {
        switch (expression)
        {
            case Expression.Any any:
                any.Parts.ToList().ForEach(Learn);
                break;
            case Expression.All all:
                all.Parts.ToList().ForEach(Learn);
                break;
            case Expression.Not not:
                Learn(not.Part);
                break;
            case Expression.Comparison comparison:
                Learn(comparison.Left);
                Learn(comparison.Right);
                break;
            case Expression.Matches matches:
                Learn(matches.Path);
                _texts.Add(matches.Pattern.Replace("\\", "", StringComparison.Ordinal).Trim('^', '$'));
                break;
            case Expression.Affix affix:
                Learn(affix.Path);
                Learn(affix.Text);
                break;
        }
    }

    private void Learn(Operand operand)
    {
        switch (operand)
        {
            case Operand.Field field:
                Learn(field.Path);
                break;
            case Operand.Outcome outcome:
                Learn(outcome.Expression);
                break;
            case Operand.Literal { LiteralKind: ValueKind.String } text:
                Learn(text.Text);
                break;
            case Operand.Literal { LiteralKind: ValueKind.Int } whole:
                _whole.AddRange([whole.Bits, unchecked(whole.Bits + 1)]);
                _numbers.Add(whole.Bits);
                break;
            case Operand.Literal { LiteralKind: ValueKind.Double } number:
                _numbers.Add(BitConverter.Int64BitsToDouble(number.Bits));
                break;
        }
    }

    private void Learn(SpanPath path)
    {
        if (path.Kind == PathKind.SpanAttribute)
            _spanKeys.Add(path.Key);
        else if (path.Kind == PathKind.ResourceAttribute)
            _resourceKeys.Add(path.Key);
    }

    private void Learn(byte[] text)
    {
        if (System.Text.Unicode.Utf8.IsValid(text))
            _texts.Add(Encoding.UTF8.GetString(text));
    }
}
