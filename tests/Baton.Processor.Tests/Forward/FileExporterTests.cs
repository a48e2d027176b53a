using System.Text;
using System.Text.Json;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Tests.Receive;
using Baton.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Forward;

/// <summary>OTLP's JSON in lines: as the Collector's file exporter writes it, whole after a crash, and bounded where that is wanted.</summary>
public sealed class FileExporterTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string File1 => _directory["sub/spans.jsonl"];

    [Fact]
    public async Task Every_signal_and_every_encoding_becomes_a_line_of_JSON()
    {
        await using var fixture = new ForwardFixture();
        OpenCursor(fixture);
        await fixture.AppendAsync(ForwardFixture.Traces("plain"));
        await fixture.AppendAsync(OtlpRequest.Gzip(ForwardFixture.Traces("gzip")), encoding: PayloadEncoding.Gzip);
        await fixture.AppendAsync([0x0a, 0x00], EntryKind.Metrics, spans: 0);
        await fixture.AppendAsync([0x0a, 0x00], EntryKind.Logs, spans: 0);
        await RunAsync(fixture);

        var lines = await File.ReadAllLinesAsync(File1, TestContext.Current.CancellationToken);
        var roots = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["resourceLogs", "resourceMetrics", "resourceSpans"], roots.SelectMany(root => root.EnumerateObject().Select(p => p.Name)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["plain", "gzip"], Names(lines));
        var span = roots.First(root => root.TryGetProperty("resourceSpans", out _)).GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans")[0];
        Assert.Equal((32, 16, "1700000000000000000"), (span.GetProperty("traceId").GetString()!.Length, span.GetProperty("spanId").GetString()!.Length, span.GetProperty("startTimeUnixNano").GetString()));
    }

    [Fact]
    public async Task What_is_no_OTLP_inside_is_dropped_and_leaves_no_trace_in_the_file()
    {
        await using var fixture = new ForwardFixture();
        OpenCursor(fixture);
        await fixture.AppendAsync([0x0a, 0x02, 0x0a, 0x05], EntryKind.Metrics, spans: 0);
        await fixture.AppendAsync(ForwardFixture.Traces("a"));
        await fixture.AppendAsync([0x0a, 0x02, 0x0a, 0x05, 0x0a, 0x00], EntryKind.Logs, spans: 0);
        await RunAsync(fixture);

        Assert.Equal(["a"], Names(await File.ReadAllLinesAsync(File1, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_short_is_removed_and_what_stood_before_it_stays()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File1)!);
        await File.WriteAllTextAsync(File1, "{\"resourceSpans\":[]}\n{\"resourceSp" + new string('x', 10_000), TestContext.Current.CancellationToken);
        await using var fixture = new ForwardFixture();
        OpenCursor(fixture);
        await fixture.AppendAsync(ForwardFixture.Traces("a"));
        await RunAsync(fixture);

        var lines = await File.ReadAllLinesAsync(File1, TestContext.Current.CancellationToken);
        Assert.Equal("{\"resourceSpans\":[]}", lines[0]);
        Assert.Equal(["a"], Names(lines[1..]));
    }

    [Fact]
    public async Task A_file_that_is_full_is_renamed_and_only_so_many_are_kept()
    {
        await using var fixture = new ForwardFixture();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        var options = Options() with { Rotation = new RotationOptions { MaxMegabytes = 1, MaxBackups = 2 } };
        var other = _directory["sub/spans-of-somebody.jsonl"];
        Directory.CreateDirectory(_directory["sub"]);
        await File.WriteAllTextAsync(other, "", TestContext.Current.CancellationToken);
        var forwarder = fixture.Start(new FileExporter(options, time), ForwarderSettings.Of("file", options));
        for (var i = 0; i < 5; i++)
        {
            // Somewhat more than half a file each, so that no two share one.
            await fixture.AppendAsync(ForwardFixture.Traces(Enumerable.Range(0, 3000).Select(j => $"span {i}/{j}")), spans: 3000);
            await fixture.DeliveredAsync(forwarder);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        await fixture.StopAsync();

        Assert.Equal(
            ["spans-2026-03-04T05-06-10.000.jsonl", "spans-2026-03-04T05-06-11.000.jsonl", "spans-of-somebody.jsonl", "spans.jsonl"],
            Directory.GetFiles(_directory["sub"]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.Equal(3000, Names(await File.ReadAllLinesAsync(File1, TestContext.Current.CancellationToken)).Count(name => name.StartsWith("span 4/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Renamed_files_of_long_ago_are_deleted()
    {
        await using var fixture = new ForwardFixture();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero));
        var rotation = new FileRotation(Options() with { Rotation = new RotationOptions { MaxDays = 3 } }, time);
        Directory.CreateDirectory(_directory["sub"]);
        foreach (var name in (string[])["spans.jsonl", "spans-2026-02-28T00-00-00.000.jsonl", "spans-2026-03-03T00-00-00.000.jsonl"])
            await File.WriteAllTextAsync(_directory["sub/" + name], "", TestContext.Current.CancellationToken);
        rotation.Rotate();

        Assert.Equal(
            ["spans-2026-03-03T00-00-00.000.jsonl", "spans-2026-03-04T00-00-00.000.jsonl"],
            Directory.GetFiles(_directory["sub"]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_tried_again_until_it_can()
    {
        await using var fixture = new ForwardFixture { Time = new SkippingTime() };
        Directory.CreateDirectory(File1);
        OpenCursor(fixture);
        await fixture.AppendAsync(ForwardFixture.Traces("a"));
        var options = Options();
        var forwarder = fixture.Start(new FileExporter(options, TimeProvider.System), ForwarderSettings.Of("file", options));
        while (((SkippingTime)fixture.Time).Waits.Count < 3) await Task.Delay(5, TestContext.Current.CancellationToken);
        Directory.Delete(File1);
        await fixture.DeliveredAsync(forwarder);
        await fixture.StopAsync();

        Assert.Equal(["a"], Names(await File.ReadAllLinesAsync(File1, TestContext.Current.CancellationToken)));
    }

    public void Dispose() => _directory.Dispose();

    // What is appended from here on is the exporter's, even before it runs.
    private static void OpenCursor(ForwardFixture fixture) => fixture.Create(new ScriptedExporter(), new ForwarderSettings("file")).Dispose();

    private FileExporterOptions Options() => new() { Path = File1 };

    private async Task RunAsync(ForwardFixture fixture)
    {
        var options = Options();
        await fixture.DeliveredAsync(fixture.Start(new FileExporter(options, TimeProvider.System), ForwarderSettings.Of("file", options)));
        await fixture.StopAsync();
    }

    private static IEnumerable<string> Names(IEnumerable<string> lines) =>
        from line in lines
        let root = JsonDocument.Parse(Encoding.UTF8.GetBytes(line)).RootElement
        where root.TryGetProperty("resourceSpans", out _)
        from resource in root.GetProperty("resourceSpans").EnumerateArray()
        where resource.TryGetProperty("scopeSpans", out _)
        from scope in resource.GetProperty("scopeSpans").EnumerateArray()
        from span in scope.GetProperty("spans").EnumerateArray()
        select span.GetProperty("name").GetString();
}
