using System.Text;
using Baton.Continuity.Join;
using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Configuration;

/// <summary>The rules between the options of a relay's <c>expect</c>; part of <see cref="RelayContradictions"/>.</summary>
internal sealed class ExpectContradictions(ExpectOptions expect, string path, BindingContext context)
{
    private const string Forms = "by with all_of, count, or count_attribute";

    /// <summary>Records every contradiction.</summary>
    public void Check()
    {
        var forms = new[] { IsGiven("by") || IsGiven("all_of"), IsGiven("count"), IsGiven("count_attribute") }.Count(given => given);
        if (forms == 0 && context.IsSound(path))
            context.Fault(path, $"expects nothing; write one of {Forms}");
        else if (forms > 1)
            context.Fault(path, $"is given in {forms} forms; keep one of {Forms}");
        else if (IsGiven("by") && !IsGiven("all_of"))
            context.Fault(Key("by"), "says which completion is which, but not which there must be; add all_of, e.g. all_of: [billing, email]");
        else if (IsGiven("all_of") && !IsGiven("by"))
            context.Fault(Key("all_of"), "are values of an attribute that is not named; add by, e.g. by: messaging.consumer.group.name");
        CheckValues();
    }

    private void CheckValues()
    {
        var values = expect.AllOf;
        if (IsGiven("all_of") && values.Count == 0 && context.IsSound(Key("all_of")))
            context.Fault(Key("all_of"), "is empty; list the values that must all have completed");
        if (values.Count > RelayExpectation.MaxValues)
            context.Fault(Key("all_of"), $"has {values.Count} values; at most {RelayExpectation.MaxValues} are remembered for each job. Use count instead");
        for (var i = 0; i < values.Count; i++)
        {
            var item = KeyPath.Item(Key("all_of"), i);
            if (!context.IsSound(item))
                continue;
            if (values.Take(i).Contains(values[i]))
                context.Fault(item, $"{context.Show(item)} is named twice; once is enough");
            else if (Encoding.UTF8.GetByteCount(values[i]) > RelayExpectation.MaxValueLength)
                context.Fault(item, $"is longer than {RelayExpectation.MaxValueLength} bytes; no span's value would equal it");
        }
    }

    private string Key(string name) => KeyPath.Child(path, name);

    private bool IsGiven(string name) => context.IsGiven(Key(name));
}
