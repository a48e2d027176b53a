using System.Text;
using static Baton.Processor.Tests.Analyze.Recordings;

namespace Baton.Processor.Tests.Analyze;

/// <summary>What an input may be, and what is said of one that it may not.</summary>
public sealed class InputTests : IDisposable
{
    private readonly AnalyzeUnderTest _analyze = new();

    public void Dispose() => _analyze.Dispose();

    public static TheoryData<string, byte[]> Forms => new()
    {
        { "JSON lines", Lines(ReferenceExample) },
        { "the last line without its end", Lines(ReferenceExample)[..^1] },
        { "lines that end as on Windows, behind a byte order mark, with empty ones between", Windows() },
        { "one line", Lines(Together(ReferenceExample)) },
        { "one JSON document", Document(Together(ReferenceExample)) },
        { "a JSON document behind an empty line", [(byte)'\n', .. Document(Together(ReferenceExample))] },
        { "one protobuf request", Together(ReferenceExample) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_is_told_by_its_content_compressed_or_not(string form, byte[] content)
    {
        foreach (var input in new[] { content, Gzip(content), [.. Gzip(content[..5]), .. Gzip(content[5..])], Zstd(content) })
        {
            Assert.Equal(ExitCode.Done, await RunAsync(_analyze.Write("input", input)));
            AssertReference(form);
        }
    }

    [Fact]
    public async Task Standard_input_is_an_input()
    {
        _analyze.StandardInput = Gzip(Lines(ReferenceExample));
        Assert.Equal(ExitCode.Done, await RunAsync("-"));
        AssertReference("standard input");
    }

    [Fact]
    public async Task Several_files_are_one_recording_in_the_order_given()
    {
        Assert.Equal(
            ExitCode.Done,
            await RunAsync(_analyze.Write("api.pb", ReferenceExample[0]), _analyze.Write("worker.jsonl.gz", Gzip(Lines(ReferenceExample[1..])))));
        AssertReference("two files");
    }

    [Fact]
    public async Task More_than_one_block_keeps_its_order_and_its_line_numbers()
    {
        // Lines of some 100 KiB: a block has about five of them.
        var padding = Request(Testing.Engine.SpanSpec.Internal("other", 0, 0.2).In("t9").With("text", new string('x', 100_000)));
        var lines = Enumerable.Repeat(padding, 40).Select(request => Lines(request)).ToList();
        lines[30] = "broken\n"u8.ToArray();
        lines.Insert(10, Lines(ReferenceExample[0]));
        lines.Add(Lines(ReferenceExample[1..]));
        var file = _analyze.Write("long.jsonl", [.. lines.SelectMany(line => line)]);

        Assert.Equal(ExitCode.Done, await RunAsync(file));
        Assert.StartsWith($"{file}:32:1: not JSON: ", _analyze.Error, StringComparison.Ordinal);
        Assert.Equal(1, (int?)_analyze.Json["totals"]!["continuous"]);
        Assert.Equal(43, (int?)_analyze.Json["totals"]!["spans"]);
    }

    [Fact]
    public async Task A_broken_line_is_told_with_its_place_and_skipped()
    {
        var file = _analyze.Write("a.jsonl", [.. Lines(ReferenceExample[0]), .. "{\"resourceSpans\": [{\"scopeSpans\": 5}]}\n{\"resource"u8, .. "\n"u8, .. Lines(ReferenceExample[1..])]);

        Assert.Equal(ExitCode.Done, await RunAsync(file));
        AssertReference("the other lines");
        Assert.Equal($"{file}:2:35: resourceSpans[0].scopeSpans: a number where an array should be", _analyze.ErrorLines[0]);
        Assert.StartsWith($"{file}:3:11: not JSON: ", _analyze.ErrorLines[1], StringComparison.Ordinal);
        Assert.Equal("2 lines were skipped: no OTLP. With --strict the first one ends the analysis.", _analyze.ErrorLines[2]);
    }

    [Fact]
    public async Task The_first_line_may_be_the_broken_one()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(_analyze.Write("a.jsonl", [.. "pans\":[]}]}\n"u8, .. Lines(ReferenceExample)])));
        AssertReference("the other lines");
        Assert.Contains("a.jsonl:1:1: not JSON: ", _analyze.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_line_that_was_cut_is_no_document()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(_analyze.Write("a.jsonl", [.. "{\"resourceSpans\":[{\"scopeSpans\"\n"u8, .. Lines(ReferenceExample)])));
        AssertReference("the other lines");
    }

    [Fact]
    public async Task Strictly_the_first_broken_line_ends_it()
    {
        var file = _analyze.Write("a.jsonl", [.. Lines(ReferenceExample[0]), .. "{}}\nbroken\n"u8]);

        Assert.Equal(ExitCode.BadUsage, await RunAsync(file, "--strict"));
        Assert.StartsWith($"{file}:2:3: not JSON: ", Assert.Single(_analyze.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(_analyze.Output);
    }

    [Fact]
    public async Task Spans_that_a_receiver_rejects_are_left_out_and_told()
    {
        var bad = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"x\",\"traceId\":\"00\"}]}]}]}\n"u8;
        var file = _analyze.Write("a.jsonl", [.. Lines(ReferenceExample), .. bad]);

        Assert.Equal(ExitCode.Done, await RunAsync(file));
        AssertReference("the other spans");
        Assert.StartsWith($"{file}:4: one span was left out: ", _analyze.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_broken_lines_do_not_bury_the_report()
    {
        await RunAsync(_analyze.Write("a.jsonl", [.. Lines(ReferenceExample), .. Enumerable.Repeat("x\n"u8.ToArray(), 1000).SelectMany(line => line)]));

        Assert.Equal(22, _analyze.ErrorLines.Length);
        Assert.StartsWith("1,000 lines were skipped", _analyze.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_all_told_before_anything_is()
    {
        Directory.CreateDirectory(_analyze["directory"]);
        var (good, empty) = (_analyze.Write("good", Lines(ReferenceExample)), _analyze.Write("empty", ""));

        Assert.Equal(ExitCode.BadUsage, await RunAsync(good, _analyze["directory"], empty, _analyze["missing"], _analyze["no/such"]));
        Assert.Equal(
            [
                $"{_analyze["directory"]}: is a directory; name the files in it, e.g. {_analyze["directory/*.jsonl"]}",
                $"{empty}: is empty",
                $"{_analyze["missing"]}: there is no such file",
                $"{_analyze["no/such"]}: there is no such directory",
            ],
            _analyze.ErrorLines);
        Assert.Empty(_analyze.Output);
    }

    [Theory]
    [InlineData("", "standard input: is empty")]
    [InlineData("\n \r\n", "standard input: holds nothing but white space")]
    [InlineData("PK\u0003\u0004", "standard input: is no recorded OTLP; it begins with \"PK\\x03\\x04\". Expected are JSON lines as the Collector's file exporter writes them, one JSON document, or one protobuf ExportTraceServiceRequest, each possibly compressed with gzip")]
    public async Task An_input_that_is_none_is_told_plainly(string content, string expected)
    {
        _analyze.StandardInput = Encoding.UTF8.GetBytes(content);
        Assert.Equal(ExitCode.BadUsage, await RunAsync("-"));
        Assert.Equal(expected, Assert.Single(_analyze.ErrorLines));
        Assert.Empty(_analyze.Output);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    public async Task A_gzip_file_that_was_cut_short_is_told_and_what_could_be_read_is_reported(double share)
    {
        var lines = Lines([.. Enumerable.Range(0, 3000).Select(i => Request(Testing.Engine.SpanSpec.Producer("produce.render_job", i, i + 0.5).As($"p{i}")))]);
        var whole = Gzip(lines);

        Assert.Equal(ExitCode.BadUsage, await RunAsync(_analyze.Write("a.gz", whole.AsSpan(0, (int)(whole.Length * share)))));
        Assert.Contains("a.gz: cannot be read to its end: the gzip data ends too early, is damaged, or has something else behind it", _analyze.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_with_something_else_behind_it_is_told()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(_analyze.Write("a.gz", [.. Gzip(Lines(ReferenceExample)), .. "more"u8])));
        Assert.Contains("has something else behind it", _analyze.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_broken_leaves_nothing_to_report()
    {
        var document = Document(ReferenceExample[0]);
        var file = _analyze.Write("a.json", document.AsSpan(0, document.Length / 2));

        Assert.Equal(ExitCode.BadUsage, await RunAsync(file));
        Assert.StartsWith($"{file}:", Assert.Single(_analyze.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(_analyze.Output);
    }

    [Fact]
    public async Task Protobuf_that_is_cut_leaves_nothing_to_report()
    {
        var file = _analyze.Write("a.pb", ReferenceExample[0].AsSpan(0, ReferenceExample[0].Length - 5));
        Assert.Equal(ExitCode.BadUsage, await RunAsync(file));
        Assert.StartsWith($"{file}: not an ExportTraceServiceRequest: ", Assert.Single(_analyze.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_without_spans_is_told()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(_analyze.Write("a.jsonl", "{\"resourceMetrics\":[]}\n")));
        Assert.Contains("No spans were found. Does the recording hold traces, and not only metrics or logs?", _analyze.Error, StringComparison.Ordinal);
        Assert.Equal(0, (int?)_analyze.Json["totals"]!["handoffs"]);
    }

    [Fact]
    public async Task Requests_much_older_than_those_before_are_told()
    {
        await RunAsync(_analyze.Write("a.jsonl", Lines(ReferenceExample[0], Request(Testing.Engine.SpanSpec.Internal("other", 3600, 3700).In("t9")), ReferenceExample[2])));
        Assert.StartsWith("1 of 3 requests are out of order.", _analyze.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_is_never_written_over_an_input()
    {
        var file = _analyze.Write("a.jsonl", Lines(ReferenceExample));
        Assert.Equal(ExitCode.BadUsage, await RunAsync(file, "--spans", file));
        Assert.Contains("is an input", _analyze.Error, StringComparison.Ordinal);
        Assert.Equal(Lines(ReferenceExample), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    private void AssertReference(string form)
    {
        Assert.True(1 == (int?)_analyze.Json["totals"]!["continuous"], form);
        Assert.True(4 == (int?)_analyze.Json["totals"]!["spans"], form);
    }

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        _analyze.RunAsync([.. arguments, "--format", "json", "--config", _analyze.Write("relays.yaml", RenderJob)]);

    private static byte[] Windows() =>
        [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Lines(ReferenceExample)).Replace("\n", "\r\n\r\n", StringComparison.Ordinal))];

    private static byte[] Zstd(byte[] plain)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(plain).ToArray();
    }
}
