using Baton.Processor.Demo;

namespace Baton.Processor.Analyze.Reports;

/// <summary>Lines as wide as the terminal, or as a page where there is none.</summary>
/// <param name="output">Where they go.</param>
/// <param name="width">Columns, 40 or more.</param>
/// <param name="hasColours">Whether tones are shown.</param>
internal sealed class Page(TextWriter output, int width, bool hasColours)
{
    private const int PageWidth = 140;
    private const int NarrowestWidth = 40;
    private const string Reset = "\u001b[0m";

    /// <summary>Columns.</summary>
    public int Width => width;

    /// <summary>A page on this process's standard output, or on what stands in for it.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="environment">Answers the value of an environment variable; <c>NO_COLOR</c> (no-color.org) and <c>TERM</c> matter.</param>
    public static Page On(TextWriter output, Func<string, string?> environment)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && environment("TERM") is not (null or "" or "dumb");
        // Some terminals say 0.
        var width = isTerminal && Console.WindowWidth > 0 ? Math.Max(Console.WindowWidth, NarrowestWidth) : PageWidth;
        return new Page(output, width, isTerminal && string.IsNullOrEmpty(environment("NO_COLOR")));
    }

    /// <summary>A line, or an empty one.</summary>
    public void Line(string text = "", Tone tone = Tone.Plain)
    {
        var colour = hasColours ? ColourOf(tone) : "";
        output.Write(colour.Length > 0 ? $"{colour}{text}{Reset}\n" : $"{text}\n");
    }

    /// <summary>A text, broken between words into as many lines as it needs.</summary>
    /// <param name="text">The text; blanks at its start are kept.</param>
    /// <param name="indent">Columns that its second and later lines are indented.</param>
    /// <param name="tone">Its tone.</param>
    public void Text(string text, int indent = 0, Tone tone = Tone.Plain)
    {
        var rest = text;
        while (rest.Length > width)
        {
            var start = rest.Length - rest.TrimStart(' ').Length;
            var blank = rest.LastIndexOf(' ', width);
            // A word that is longer than the line stays whole.
            blank = blank > start ? blank : rest.IndexOf(' ', start);
            if (blank < 0)
                break;
            Line(rest[..blank], tone);
            rest = new string(' ', indent) + rest[(blank + 1)..];
        }
        Line(rest, tone);
    }

    private static string ColourOf(Tone tone) => tone switch
    {
        Tone.Heading => "\u001b[1m",
        Tone.Good => "\u001b[32m",
        Tone.Bad => "\u001b[31m",
        Tone.Faint => "\u001b[2m",
        _ => "",
    };
}
