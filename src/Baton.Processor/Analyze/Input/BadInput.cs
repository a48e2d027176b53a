using System.Globalization;

namespace Baton.Processor.Analyze.Input;

/// <summary>A line that is no request, or spans of one that were left out.</summary>
/// <param name="Input">The file.</param>
/// <param name="Line">The line, from 1; 0 in an input without lines.</param>
/// <param name="Column">The byte in its line (or in the input), from 1; 0 where it is about the whole.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Spans">How many spans were left out; 0 if it is the whole line.</param>
internal sealed record BadInput(string Input, long Line, long Column, string Reason, int Spans)
{
    /// <summary>The line shown to the operator.</summary>
    public override string ToString()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{Input}{(Line > 0 ? $":{Line}" : "")}{(Column > 0 && Line > 0 ? $":{Column}" : "")}");
        return Spans switch
        {
            0 => $"{place}: {Reason}",
            1 => $"{place}: one span was left out: {Reason}",
            _ => string.Create(CultureInfo.InvariantCulture, $"{place}: {Spans} spans were left out: {Reason}"),
        };
    }
}
