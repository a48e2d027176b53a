using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;

namespace Baton.Processor.Tests.Forward;

public sealed class DebugExporterTests
{
    [Fact]
    public async Task Basic_writes_one_line_per_request_and_Batons_own_spans_in_full()
    {
        var text = await Forward(DebugVerbosity.Basic, fixture =>
        [
            fixture.AppendAsync(ForwardFixture.Traces("a", "b"), spans: 2),
            fixture.AppendAsync(ForwardFixture.Traces("c")),
            fixture.AppendAsync(ForwardFixture.Traces("worker.deadline"), EntryKind.Own),
            fixture.AppendAsync([0x0a, 0x00], EntryKind.Logs, spans: 0),
            fixture.AppendAsync(ForwardFixture.Gzip(ForwardFixture.Traces("d")), encoding: PayloadEncoding.Gzip),
        ]);

        Assert.Matches(@"^spans: 4 in 3 entries, \d+ bytes\n  \[baton\] worker\.deadline ", text);
        Assert.Matches(@"(?m)^log records: 0 in 1 entries, 2 bytes$", text);
        Assert.Matches(@"(?m)^spans: 1 in 1 entries, \d+ bytes \(gzip\)$", text);
        Assert.DoesNotContain(" a (", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detailed_writes_every_span_with_its_ids_and_times_compressed_ones_too()
    {
        var text = await Forward(DebugVerbosity.Detailed, fixture => [fixture.AppendAsync(ForwardFixture.Gzip(ForwardFixture.Traces("produce")), encoding: PayloadEncoding.Gzip)]);

        Assert.Contains("  produce (unspecified, no service.name) UNSET\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\n      trace [0-9a-f]{32} span [0-9a-f]{16}\n", text);
        Assert.Contains("2023-11-14T22:13:20.000000Z for 0.250 s", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_to_be_unreadable()
    {
        var text = await Forward(DebugVerbosity.Detailed, fixture => [fixture.AppendAsync([0x0a, 0x7f, 0x01])]);

        Assert.Contains("not readable", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_is_closed_loses_the_text_and_nothing_else()
    {
        await using var fixture = new ForwardFixture();
        var output = new StringWriter();
        await output.DisposeAsync();
        var forwarder = fixture.Start(new DebugExporter(new DebugExporterOptions(), output), new ForwarderSettings("debug"));
        await fixture.AppendAsync(ForwardFixture.Traces("a"));

        await fixture.DeliveredAsync(forwarder);

        Assert.Equal(1, fixture.Metrics.ExporterFailedSpans.With("debug").Value);
    }

    private static async Task<string> Forward(DebugVerbosity verbosity, Func<ForwardFixture, Task<AppendResult>[]> append)
    {
        await using var fixture = new ForwardFixture();
        var options = new DebugExporterOptions { Verbosity = verbosity };
        await using var output = new StringWriter { NewLine = "\n" };
        var settings = ForwarderSettings.Of("debug", options);
        fixture.Create(new ScriptedExporter(), settings).Dispose();
        await Task.WhenAll(append(fixture));
        await fixture.DeliveredAsync(fixture.Start(new DebugExporter(options, output), settings));
        return output.ToString();
    }
}
