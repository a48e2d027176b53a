using Baton.Processor.Analyze;
using Baton.Processor.Analyze.Reports;
using Baton.Processor.Demo;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Analyze;

/// <summary>Tables and texts on terminals and pages.</summary>
public sealed class PageTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_table_is_as_wide_as_it_needs()
    {
        Table().WriteTo(new Page(_output, 80, false));
        Assert.Equal(
            """
              RELAY       FROM → TO                  WAITED  TRACE
              render_job  order-api → render-worker     30s  0af7651916cd43dd

            """,
            _output.ToString());
    }

    [Fact]
    public void What_may_be_cut_is_where_the_page_is_too_narrow()
    {
        Table().WriteTo(new Page(_output, 54, false));
        Assert.Equal(
            """
              RELAY       FROM → TO       WAITED  TRACE
              render_job  order-api → r…     30s  0af7651916cd43dd

            """,
            _output.ToString());
    }

    [Fact]
    public void Where_that_is_not_enough_the_trace_goes_to_a_line_of_its_own()
    {
        Table().WriteTo(new Page(_output, 44, false));
        Assert.Equal(
            """
              RELAY       FROM → TO     WAITED
              render_job  order-api →…     30s
                trace 0af7651916cd43dd

            """,
            _output.ToString());
    }

    [Fact]
    public void Tones_are_for_terminals_and_texts_break_between_words()
    {
        new Page(_output, 20, true).Text("  → one two three four five", 4, Tone.Bad);
        Assert.Equal("\u001b[31m  → one two three\u001b[0m\n\u001b[31m    four five\u001b[0m\n", _output.ToString());
    }

    [Fact]
    public void Whatever_is_not_a_terminal_is_a_plain_page()
    {
        var page = Page.On(_output, name => name == "TERM" ? "xterm" : null);
        page.Line("plain", Tone.Bad);
        Assert.Equal("plain\n", _output.ToString());
        Assert.Equal(140, page.Width);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1_000, "1us")]
    [InlineData(130_999_999, "130ms")]
    [InlineData(8_390_000_000, "8.3s")]
    [InlineData(60_000_000_000, "1m")]
    [InlineData(810_000_000_000, "13m30s")]
    [InlineData(7_500_000_000_000, "2h05m")]
    [InlineData(277_200_000_000_000, "3d5h")]
    public void Durations_have_a_fitting_unit(long nanos, string expected) => Assert.Equal(expected, Figures.Duration(nanos));

    [Fact]
    public void Progress_is_one_line_that_is_written_over_a_few_times_a_second_and_gone_in_the_end()
    {
        var time = new FakeTimeProvider();
        var progress = new ProgressLine(_output, true, time);
        time.Advance(TimeSpan.FromSeconds(2));
        progress.Show(512 << 20, 2048L << 20, 1_000_000, 12);
        progress.Show(513 << 20, 2048L << 20, 1_000_001, 12);
        progress.Clear();
        Assert.Equal("\r\u001b[K512 of 2,048 MiB (25 %), 1,000,000 spans, 500,000/s, 12 traces open\r\u001b[K", _output.ToString());
    }

    [Fact]
    public void There_is_no_progress_where_lines_cannot_be_written_over()
    {
        var progress = new ProgressLine(_output, false, new FakeTimeProvider());
        progress.Show(1, 2, 3, 4);
        progress.Clear();
        Assert.Empty(_output.ToString());
    }

    private static TextTable Table()
    {
        var table = new TextTable(new("RELAY", MayShrink: true), new("FROM → TO", MayShrink: true), new("WAITED", AlignRight: true), new("TRACE"));
        table.Add("render_job", "order-api → render-worker", "30s", "0af7651916cd43dd");
        return table;
    }
}
