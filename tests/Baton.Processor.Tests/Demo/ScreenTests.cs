using System.Globalization;
using Baton.Processor.Demo;

namespace Baton.Processor.Tests.Demo;

public sealed class ScreenTests
{
    [Fact]
    public void Text_breaks_between_words_and_its_later_lines_are_indented()
    {
        var lines = Written(false, false, screen => screen.Text("  " + string.Join(' ', Enumerable.Repeat("baton", 20)), 4)).Split('\n');

        Assert.Equal(["  " + string.Join(' ', Enumerable.Repeat("baton", 13)), "    " + string.Join(' ', Enumerable.Repeat("baton", 7)), ""], lines);
    }

    [Fact]
    public void A_word_that_is_longer_than_a_line_stays_whole()
    {
        var word = new string('x', 100);

        Assert.Equal($"  label\n    {word}\n    end\n", Written(false, false, screen => screen.Text($"  label {word} end", 4)));
    }

    [Fact]
    public void Without_a_terminal_there_is_neither_progress_nor_colour() => Assert.Equal(
        "done\n",
        Written(false, false, screen =>
        {
            screen.Progress("waiting");
            screen.Line("done", Tone.Good);
        }));

    [Fact]
    public void On_a_terminal_progress_gives_way_to_the_next_line() => Assert.Equal(
        "\r\u001b[Kwaiting\r\u001b[K\u001b[32mdone\u001b[0m\n".Replace("waiting", "\u001b[2mwaiting\u001b[0m", StringComparison.Ordinal),
        Written(true, true, screen =>
        {
            screen.Progress("waiting");
            screen.Progress("waiting");
            screen.Line("done", Tone.Good);
        }));

    [Fact]
    public void NO_COLOR_keeps_progress_and_takes_the_colours_away() => Assert.Equal(
        "\r\u001b[Kwaiting\r\u001b[Kdone\n",
        Written(true, false, screen =>
        {
            screen.Progress("waiting");
            screen.Line("done", Tone.Good);
        }));

    [Fact]
    public void What_is_no_terminal_gets_no_escape_sequence()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var screen = Screen.On(text, name => name == "TERM" ? "xterm-256color" : null);

        screen.Progress("waiting");
        screen.Line("done", Tone.Bad);

        Assert.Equal("done\n", text.ToString());
    }

    private static string Written(bool isTerminal, bool hasColours, Action<Screen> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        write(new Screen(text, isTerminal, hasColours));
        return text.ToString();
    }
}
