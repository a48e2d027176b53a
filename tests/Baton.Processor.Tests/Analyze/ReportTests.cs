using Baton.Testing.Engine;
using static Baton.Processor.Tests.Analyze.Recordings;

namespace Baton.Processor.Tests.Analyze;

/// <summary>What is reported, as a program and as a person reads it.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly AnalyzeUnderTest _analyze = new();

    public void Dispose() => _analyze.Dispose();

    [Fact]
    public async Task The_reference_example_in_json_is_the_object_that_is_documented()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(Lines(ReferenceExample), "--format", "json"));

        var trace = Convert.ToHexStringLower(Ids.Trace("t1").Span);
        var span = Convert.ToHexStringLower(Ids.Span("produce.render_job").Span);
        Assert.Equal(
            $$$"""
            {"handoffs":[
            {"relay":"render_job","trace_id":"{{{trace}}}","span_id":"{{{span}}}","verdict":"continuous","match":"parent","error_types":[],"wake_up_seconds":0.13,"full_link_seconds":521.82,"attempts":1,"missing":[]}
            ],
            "orphans":[],
            "producers_missing":[],
            "totals":{"spans":4,"handoffs":1,"continuous":1,"silent_sleep":0,"missing_completion":0,"failed":0,"completed_late":0,"context_dropped":0,"producer_missing":0,"unknown":0,"evicted":0}}

            """,
            _analyze.Output);
        Assert.Empty(_analyze.Error);
    }

    [Fact]
    public async Task A_lost_wake_up_in_json_has_its_deadline_and_no_times()
    {
        await RunAsync(Lines(SilentSleep), "--format", "json");

        var handoff = _analyze.Json["handoffs"]![0]!;
        Assert.Equal("silent_sleep", (string?)handoff["verdict"]);
        Assert.Equal("[\"schedule_to_start_timeout\"]", handoff["error_types"]!.ToJsonString());
        Assert.Null(handoff["match"]);
        Assert.Null(handoff["wake_up_seconds"]);
        Assert.Null(handoff["full_link_seconds"]);
        Assert.Equal(0, (int?)handoff["attempts"]);
    }

    [Fact]
    public async Task The_last_verdict_counts_and_the_deadline_span_that_went_before_stays_listed()
    {
        // The worker's request comes after its deadline passed on the recording's clock, and tells of a completion in time.
        await RunAsync(
            Lines(ReferenceExample[0], Request(SpanSpec.Internal("other", 900, 1000).In("t9")), ReferenceExample[1], ReferenceExample[2]), "--format", "json");

        var handoff = _analyze.Json["handoffs"]![0]!;
        Assert.Equal("continuous", (string?)handoff["verdict"]);
        Assert.Equal("[\"schedule_to_start_timeout\"]", handoff["error_types"]!.ToJsonString());
        Assert.Equal(1, (int?)_analyze.Json["totals"]!["continuous"]);
        Assert.Equal(0, (int?)_analyze.Json["totals"]!["silent_sleep"]);
    }

    [Fact]
    public async Task Handoffs_are_in_order_of_publication_whatever_their_end()
    {
        var slow = SpanSpec.Producer("produce.render_job", 0, 1).In("b").As("slow");
        var quick = SpanSpec.Producer("produce.render_job", 1, 2).In("a").As("quick");
        await RunAsync(Lines(Request(quick), Request(SpanSpec.Internal("worker.complete", 3, 3).In("a").Under("quick")), Request(slow)), "--format", "json");

        Assert.Equal(
            [Convert.ToHexStringLower(Ids.Span("slow").Span), Convert.ToHexStringLower(Ids.Span("quick").Span)],
            _analyze.Json["handoffs"]!.AsArray().Select(handoff => (string)handoff!["span_id"]!));
    }

    [Fact]
    public async Task The_table_tells_the_worst_first_with_traces_waiting_times_and_advice()
    {
        await RunAsync(Lines(SilentSleep));

        var trace = Convert.ToHexStringLower(Ids.Trace("t1").Span);
        Assert.Equal(
            $"""
            {_analyze["recorded"]}: 2 spans, 2026-03-01 03:05:00 to 2026-03-01 04:05:01 UTC (1h00m), 1 handoffs

                        1  silent_sleep        published, and nobody was seen picking it up in time
                        0  continuous          completed in time

            silent_sleep  1
              PUBLISHED (UTC)      RELAY       FROM → TO  DEADLINE               WAITED  TRACE
              2026-03-01 03:05:00  render_job  api → ?    schedule_to_start 30s   1h00m  {trace}
              → Look at the queue and at the worker's subscription: the worker's own code never ran for these, so its logs hold nothing.

              RELAY       HANDOFFS  CONTINUOUS  WAKE-UP P50  P99  MAX  FULL LINK P50  P99  MAX
              render_job         1           0            -    -    -              -    -    -

            """,
            _analyze.Output);
    }

    [Fact]
    public async Task What_was_due_only_after_the_recording_s_end_is_said_to_be()
    {
        await RunAsync(Lines(ReferenceExample[0]));

        Assert.Contains("1 of them was due only after the recording ended: it may have completed since.", _analyze.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synthesized_spans_are_otlp_json_lines()
    {
        await RunAsync(Lines(SilentSleep), "--spans", _analyze["spans.jsonl"]);

        var line = Assert.Single(await File.ReadAllLinesAsync(_analyze["spans.jsonl"], TestContext.Current.CancellationToken));
        var span = Assert.Single(Testing.OtlpJson.ParseTraces(System.Text.Encoding.UTF8.GetBytes(line)).ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans));
        Assert.Equal(("worker.deadline", Ids.Span("produce.render_job")), (span.Name, span.ParentSpanId));
    }

    [Theory]
    [InlineData("silent_sleep", 1)]
    [InlineData("failed,silent_sleep", 1)]
    [InlineData("failed, unknown", 0)]
    public async Task Verdicts_to_fail_on_decide_the_exit_code(string verdicts, int exit) =>
        Assert.Equal((ExitCode)exit, await RunAsync(Lines(SilentSleep), "--fail-on", verdicts));

    [Fact]
    public async Task A_verdict_that_does_not_exist_is_told_with_those_that_do()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(Lines(SilentSleep), "--fail-on", "silent"));
        Assert.StartsWith("--fail-on: 'silent' is no verdict; there are continuous, silent_sleep, missing_completion,", _analyze.Error, StringComparison.Ordinal);
        Assert.Empty(_analyze.Output);
    }

    [Fact]
    public async Task A_configuration_with_faults_ends_it_before_it_begins()
    {
        var input = _analyze.Write("recorded", Lines(SilentSleep));
        Assert.Equal(ExitCode.BadUsage, await _analyze.RunAsync(input, "--config", _analyze.Write("c.yaml", "continuity: { relays: [{ name: a }] }")));
        Assert.Contains("c.yaml:1:", _analyze.Error, StringComparison.Ordinal);
        Assert.Empty(_analyze.Output);
    }

    private Task<ExitCode> RunAsync(byte[] recorded, params string[] arguments) =>
        _analyze.RunAsync([_analyze.Write("recorded", recorded), "--config", _analyze.Write("relays.yaml", RenderJob), .. arguments]);
}
