using Baton.Continuity.Conditions;
using Baton.Processor.Configuration.Yaml;

namespace Baton.Processor.Configuration.Binding;

/// <summary>Makes single values from nodes, and checks their range.</summary>
internal sealed class ScalarBinder(BindingContext context)
{
    /// <summary>The value of a node, or null, with a fault, when it is not one.</summary>
    public object? Bind(ScalarFormat format, Node node, string path)
    {
        var secret = format == ScalarFormat.Of(typeof(Secret));
        if (node is not ScalarNode scalar)
            context.Fault(node.At, path, Shown.WrongShape(node, format.Name));
        else if (scalar.IsNull)
            context.Fault(node.At, path, $"has no value; write {format.Name}, or remove the key");
        else if (string.IsNullOrWhiteSpace(scalar.Text) && !secret)
            context.Fault(node.At, path, $"is empty; write {format.Name}, or remove the key");
        else if (format.Parse(scalar.Text) is { } value)
            return value;
        else if (format == ScalarFormat.Of(typeof(ConditionText)))
            ExplainCondition(scalar, path);
        else
            context.Fault(node.At, path, $"{(secret ? "this" : Shown.Value(scalar))} is not {format.Name}");
        return null;
    }

    /// <summary>Records a fault, and answers false, when the value is beyond what the option allows.</summary>
    public bool IsInRange(OptionDescriptor option, object value, ScalarNode node, string path)
    {
        if (option.Shape is not ScalarShape { Format: var format } || value is not IComparable comparable)
            return true;
        if (value is string text && text.Any(char.IsControl))
        {
            context.Fault(node.At, path, "holds a line break or another control character; write it in one line");
            return false;
        }
        var (min, max) = (option.Attribute.Min, option.Attribute.Max);
        var tooSmall = min is not null && comparable.CompareTo(format.Parse(min)) < 0;
        var tooLarge = max is not null && comparable.CompareTo(format.Parse(max)) > 0;
        if (!tooSmall && !tooLarge)
            return true;
        var range = (min, max) switch { (null, _) => $"at most {max}", (_, null) => $"at least {min}", _ => $"{min} to {max}" };
        context.Fault(node.At, path, $"{Shown.Value(node)} is too {(tooSmall ? "small" : "large")}; write {range}");
        return false;
    }

    // The condition's own text follows with a caret below the column, where it does not come from the environment.
    private void ExplainCondition(ScalarNode node, string path)
    {
        var fault = Condition.Parse(node.Text).Fault!;
        if (node.IsExpanded)
        {
            context.Fault(node.At, path, $"the condition in {node.Written} is wrong at its column {fault.Column}");
            return;
        }
        var at = node.ContentColumn == 0 ? node.At : node.At with { Column = node.ContentColumn + fault.Column - 1 };
        context.Fault(at, path, $"{fault.Message}\n    {fault.Point(node.Text).Replace("\n", "\n    ", StringComparison.Ordinal)}");
    }
}
