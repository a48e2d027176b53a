namespace Baton.Processor.Demo;

/// <summary>What a line is about; a terminal shows it by colour.</summary>
internal enum Tone
{
    /// <summary>Text.</summary>
    Plain,

    /// <summary>A heading.</summary>
    Heading,

    /// <summary>All is well.</summary>
    Good,

    /// <summary>Something was missed, and is told.</summary>
    Bad,

    /// <summary>Beside the point.</summary>
    Faint,
}

/// <summary>
/// Lines of at most 80 columns, and below them, on a terminal, one that says what is being waited for. Not safe for several threads.
/// </summary>
/// <param name="output">Where it goes.</param>
/// <param name="isTerminal">Whether a line can be written over: without that, there is no progress line.</param>
/// <param name="hasColours">Whether the tone is shown.</param>
internal sealed class Screen(TextWriter output, bool isTerminal, bool hasColours)
{
    /// <summary>The longest line, unless it holds a word that is longer.</summary>
    public const int Width = 80;

    private const string Reset = "\u001b[0m";
    private const string EraseLine = "\r\u001b[K";

    private string _progress = "";

    /// <summary>A screen on this process's standard output, or on what stands in for it.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="environment">Answers the value of an environment variable; <c>NO_COLOR</c> (no-color.org) and <c>TERM</c> matter.</param>
    public static Screen On(TextWriter output, Func<string, string?> environment)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && environment("TERM") is not (null or "" or "dumb");
        return new Screen(output, isTerminal, isTerminal && string.IsNullOrEmpty(environment("NO_COLOR")));
    }

    /// <summary>A line, or an empty one.</summary>
    public void Line(string text = "", Tone tone = Tone.Plain)
    {
        ClearProgress();
        var colour = hasColours ? ColourOf(tone) : "";
        output.WriteLine(colour.Length > 0 ? colour + text + Reset : text);
        output.Flush();
    }

    /// <summary>A text, broken between words into as many lines as it needs.</summary>
    /// <param name="text">The text; a blank at its start is kept.</param>
    /// <param name="indent">Columns that its second and later lines are indented.</param>
    /// <param name="tone">Its tone.</param>
    public void Text(string text, int indent = 0, Tone tone = Tone.Plain)
    {
        foreach (var line in Wrap(text, indent))
            Line(line, tone);
    }

    /// <summary>Replaces the progress line. Nothing where lines cannot be replaced.</summary>
    public void Progress(string text)
    {
        if (!isTerminal || text == _progress)
            return;
        output.Write(EraseLine + (hasColours ? ColourOf(Tone.Faint) + text + Reset : text));
        output.Flush();
        _progress = text;
    }

    /// <summary>Removes the progress line.</summary>
    public void ClearProgress()
    {
        if (_progress.Length > 0)
            output.Write(EraseLine);
        _progress = "";
    }

    private static IEnumerable<string> Wrap(string text, int indent)
    {
        var rest = text;
        while (rest.Length > Width)
        {
            var start = rest.Length - rest.TrimStart(' ').Length;
            var blank = rest.LastIndexOf(' ', Width);
            if (blank <= start)
                blank = rest.IndexOf(' ', start); // A word that is longer than the line stays whole.
            if (blank < 0)
                break;
            yield return rest[..blank];
            rest = new string(' ', indent) + rest[(blank + 1)..];
        }
        yield return rest;
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
