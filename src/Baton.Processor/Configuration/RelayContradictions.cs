using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Configuration;

/// <summary>The rules between the options of the section <c>continuity</c>; part of <see cref="Contradictions"/>.</summary>
internal sealed class RelayContradictions(ContinuitySection continuity, BindingContext context)
{
    // As values of a label, longer names would only be cut off by dashboards.
    private const int MaxNameLength = 100;

    /// <summary>Records every contradiction.</summary>
    public void Check()
    {
        if (continuity.Remember < continuity.ExportLag)
        {
            context.Fault(
                context.IsGiven("continuity.remember") ? "continuity.remember" : "continuity.export_lag",
                $"remember, {GoDuration.Format(continuity.Remember)}, is shorter than export_lag, {GoDuration.Format(continuity.ExportLag)}: "
                + "spans would be forgotten before they are judged. Raise remember, or lower export_lag");
        }
        CheckNames();
        new JobIdContradictions(continuity, context).Check();
        for (var i = 0; i < continuity.Relays.Count; i++)
        {
            var path = KeyPath.Item("continuity.relays", i);
            // An acknowledge with a fault of its own was given all the same.
            if (continuity.Relays[i].Expect is { } expect)
                new ExpectContradictions(expect, KeyPath.Child(path, "expect"), context).Check();
            CheckDeadlines(continuity.Relays[i].Deadlines, context.IsGiven(KeyPath.Child(path, "acknowledge")), path);
        }
        // The built-in callback relay has an acknowledge of its own, the default relay has none.
        CheckDeadlines(continuity.CallbackRelay.Deadlines, acknowledges: true, "continuity.callback_relay");
        CheckDeadlines(continuity.DefaultRelay.Deadlines, acknowledges: false, "continuity.default_relay");
    }

    private void CheckNames()
    {
        var first = new Dictionary<string, string>();
        for (var i = 0; i < continuity.Relays.Count; i++)
        {
            var path = KeyPath.Child(KeyPath.Item("continuity.relays", i), "name");
            var name = continuity.Relays[i].Name;
            if (!context.IsSound(path))
                continue;
            if (name is "callback" or "default")
                context.Fault(path, $"is the name of a built-in relay; choose another, and configure the built-in one below continuity.{name}_relay");
            else if (name.Length > MaxNameLength)
                context.Fault(path, $"is {name.Length} characters long; write at most {MaxNameLength}");
            else if (!first.TryAdd(name, path))
            {
                var other = context.Locate(first[name]).SeenFrom(context.Locate(path));
                context.Fault(path, $"{context.Show(path)} is the name of another relay already ({other}); names are unique");
            }
        }
    }

    private void CheckDeadlines(RelayDeadlinesOptions deadlines, bool acknowledges, string relay)
    {
        var path = KeyPath.Child(relay, "deadlines");
        string Key(string name) => KeyPath.Child(path, name);
        var byDuration = context.IsGiven(Key("max_job_duration"));
        var outright = context.IsGiven(Key("schedule_to_close"));
        if (outright && byDuration)
            context.Fault(Key("schedule_to_close"), "is given twice over: max_job_duration × factor says the same. Remove one of the two");
        else if (context.IsGiven(Key("factor")) && !byDuration)
            context.Fault(Key("factor"), "is a factor of max_job_duration, which is missing; give it, or remove factor");
        else if (!outright && !byDuration && deadlines.MaxJobDuration is null && deadlines.Learn is null && !context.IsGiven(Key("learn")))
            context.Fault(path, "no deadline; write max_job_duration, the longest a healthy job takes, schedule_to_close, or learn");
        if (deadlines.Learn is { } learn && learn.Min > learn.Max)
        {
            var (low, high) = (Key("learn.min"), Key("learn.max"));
            context.Fault(
                context.IsGiven(low) ? low : high,
                $"min, {GoDuration.Format(learn.Min)}, is longer than max, {GoDuration.Format(learn.Max)}; lower min, or raise max");
        }

        if (context.IsGiven(Key("max_deadline")) && !context.IsGiven(Key("deadline_attribute")))
            context.Fault(Key("max_deadline"), "bounds what deadline_attribute asks for, which is missing; give it, or remove max_deadline");
        var early = new (string Name, TimeSpan? Value)[]
        {
            ("schedule_to_start", deadlines.ScheduleToStart), ("start_to_close", deadlines.StartToClose), ("heartbeat", deadlines.Heartbeat),
        };
        foreach (var (name, value) in early)
        {
            if (context.IsGiven(Key(name)) && !acknowledges)
            {
                context.Fault(
                    Key(name),
                    "needs an acknowledge of the relay's own: without one, a long job looks asleep until it is done. "
                    + "Write acknowledge, or remove this deadline");
            }
            else if (value > deadlines.Longest)
            {
                var longest = deadlines.Longest == deadlines.EffectiveScheduleToClose ? "schedule_to_close" : "learn.max";
                context.Fault(
                    Key(name),
                    $"{GoDuration.Format(value.Value)} is longer than {longest}, "
                    + $"{GoDuration.Format(deadlines.Longest.Value)}, and could never pass first; lower it, or raise {longest}");
            }
        }
    }
}
