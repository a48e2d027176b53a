namespace Baton.Processor.Configuration;

/// <summary>A condition on spans as it was written; it was checked to compile when the configuration was read.</summary>
/// <param name="Text">The useful part of OTTL, e.g. <c>span.name == "worker.complete"</c>.</param>
internal readonly record struct ConditionText(string Text)
{
    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
