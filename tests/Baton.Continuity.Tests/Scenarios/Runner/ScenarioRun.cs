using Baton.Processor.Telemetry;
using Baton.Testing.Engine;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>A span that Baton made, and when it told it, in seconds.</summary>
internal sealed record ToldSpan(Resource Resource, Span Span, double At);

/// <summary>
/// Plays a scenario on a virtual clock: Baton looks at it at every full second, until nothing is open; then in larger steps, until
/// everything is forgotten.
/// </summary>
internal sealed class ScenarioRun
{
    private const double ForgottenAfter = 48 * 3600;

    private readonly Scenario _scenario;
    private readonly Variant _variant;
    private readonly Story _story;
    private readonly double _settling;
    private readonly double _longStep;

    private ScenarioRun(Scenario scenario, Variant variant)
    {
        (_scenario, _variant) = (scenario, variant);
        _settling = 2 * scenario.Section.ExportLag.TotalSeconds + scenario.Section.Settle.TotalSeconds;
        _longStep = Math.Min(25, scenario.Section.BlindAfter.TotalSeconds * 0.8);
        Log = new VerdictLog(new ContinuityMetrics(Instruments));
        Gauges = new ContinuityGauges(Instruments);
        Flow = new FlowGauges(Instruments);
        _story = new Story(scenario.Rules(), variant.Shards, observer: Log);
    }

    public Instruments Instruments { get; } = new();

    public VerdictLog Log { get; }

    public List<ToldSpan> Told { get; } = [];

    /// <summary>What a step said the metrics must show, and they did not.</summary>
    public List<string> NotShown { get; } = [];

    /// <summary>Traces of which something is still known in the end.</summary>
    public long Left => _story.Traces;

    private ContinuityGauges Gauges { get; }

    private FlowGauges Flow { get; }

    private double Now => (_story.Now - Story.Epoch) / 1e9;

    public static ScenarioRun Play(Scenario scenario, Variant variant)
    {
        var run = new ScenarioRun(scenario, variant);
        run.Play();
        return run;
    }

    private void Play()
    {
        var timeline = new Timeline(_scenario, _variant.Way);
        foreach (var moment in timeline.Moments)
        {
            Apply(moment);
        }
        PassTo(Math.Ceiling(Now + _settling), 1);
        var closed = Now + ForgottenAfter;
        while (IsOpen())
        {
            PassTo(Now + 10, 1);
            Assert.True(Now < closed, "A job is still open two days after everything has arrived.");
        }
        if (_variant.Way == Way.Replayed)
        {
            // The journal must know that time has passed: what was judged after its last entry is judged again by whoever replays it.
            _story.Arrive(Now, Timeline.Unrelated(Now)).Forget().Crash(Now);
            Note();
        }
        var end = Now + ForgottenAfter;
        while (Left > 0 && Now < end)
        {
            PassTo(Now + _longStep, _longStep);
        }
    }

    private void Apply(Moment moment)
    {
        switch (moment)
        {
            case { Spans: { } spans }:
                WaitFor(moment.At);
                _story.Arrive(moment.At, spans);
                break;
            case { Step: { } step }:
                WaitFor(moment.At);
                Apply(step);
                break;
        }
        Note();
    }

    private void Apply(StepOptions step)
    {
        var until = (step.Until ?? step.At).TotalSeconds;
        switch (step.Does)
        {
            case StepKind.Checkpoint:
                _story.Checkpoint();
                break;
            case StepKind.Crash:
                _story.Crash(until);
                break;
            case StepKind.Pause:
                _story.Run(until, until);
                break;
            case StepKind.LoseOwnEntries:
                _story.JournalOwn = false;
                break;
        }
        if (step.Shows.Count > 0)
        {
            Gauges.Set(_story.Engine.Relays(), _story.Engine.Channels(), _story.Now);
            Flow.Set(_story.Engine.Backlogs(), _story.Engine.Workers());
            Gauges.SetBlind("recovery", _story.Engine.Blind.Recovery);
            Gauges.SetBlind("intake_stopped", _story.Engine.Blind.IntakeStopped);
            Gauges.SetBlind("sender_retry", _story.Engine.Blind.SenderRetry);
            NotShown.AddRange(Metrics.Read(Instruments).Missing(step.Shows).Select(line => $"at {step.At.TotalSeconds}s {line}"));
        }
    }

    /// <summary>Looks at every second while something may be told, and seldom in the long times between.</summary>
    private void WaitFor(double at)
    {
        PassTo(Math.Min(at, Now + _settling), 1);
        while (Now < at - 1e-9)
        {
            PassTo(Math.Min(at, Now + 10 * _longStep), IsOpen() ? 1 : _longStep);
        }
    }

    private void PassTo(double until, double step)
    {
        while (Now < until - 1e-9)
        {
            var next = Math.Min(until, (Math.Floor(Now / step + 1e-9) + 1) * step);
            _story.Run(next, next);
            Note();
        }
    }

    /// <summary>Whether something may still be told of a job; while intake has stopped, nothing is.</summary>
    private bool IsOpen() => !_story.Engine.Blind.IntakeStopped && _story.Engine.Relays().Any(relay => relay.Waiting + relay.Running > 0);

    private void Note()
    {
        foreach (var (resource, span) in _story.Synthesized.Skip(Told.Count))
        {
            Told.Add(new ToldSpan(resource.Resource, span, Now));
        }
    }
}
