using System.Text;
using Baton.Continuity.Conditions;
using Baton.Continuity.Scan;
using Baton.Fuzzing.Conditions;
using Google.Protobuf;

namespace Baton.Fuzzing.Targets;

/// <summary>
/// Conditions: a fault has a place; what parses prints, and parses again to the same; and spans meet it by a plain interpretation of the
/// condition if and only if they meet it by what a scan compiles. The spans are made of the condition's own keys and values.
/// </summary>
internal sealed class ConditionTarget : FuzzTarget
{
    private const int Samples = 6;

    public override int MaxLength => 1024;

    public override void Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var (condition, fault) = Condition.Parse(text);
        FindingException.Unless(condition is null != fault is null, "neither a condition nor a fault, or both");
        if (condition is null)
        {
            FindingException.Unless(fault!.Column >= 1 && fault.Column <= text.Length + 1, $"a fault at column {fault.Column} of {text.Length}");
            FindingException.Unless(fault.Message.Length > 0 && fault.Point(text).EndsWith('^'), $"a fault that says nothing: {fault}");
            return;
        }
        var printed = ConditionPrinter.Print(condition.Root);
        if (printed.Length <= Condition.MaxLength)
        {
            var again = Condition.Parse(printed);
            FindingException.Unless(again.Fault is null, $"what parsed prints as {printed}, which does not: {again.Fault}");
            FindingException.Unless(printed, ConditionPrinter.Print(again.Condition!.Root), "what parsed prints, and then parses");
        }
        CompareEvaluation(condition, printed);
    }

    public override IEnumerable<byte[]> Seeds() => ConditionSeeds.All.Select(Encoding.UTF8.GetBytes);

    private static void CompareEvaluation(Condition condition, string printed)
    {
        using var compiled = new RouteScanner([condition]);
        var maker = new SpanMaker(condition.Root, printed);
        for (var i = 0; i < Samples; i++)
        {
            var synthesized = i % 2 == 1;
            var request = maker.Make();
            if (PlainEvaluation.Of(condition.Root, request, synthesized) is not { } expected)
                return;
            FindingException.Unless(compiled.TryScan(request.ToByteArray(), synthesized), "a sample cannot be scanned");
            var met = compiled.Select([false, true], new int[2], out _) == 1;
            FindingException.Unless(expected, met, $"whether this meets {printed}: {request}");
        }
    }
}
