namespace Baton.Processor.Configuration;

/// <summary>
/// A value that must not be shown: the text is reached only by asking for it, so that no log, record or exception prints it by accident.
/// </summary>
internal readonly record struct Secret
{
    /// <summary>What is shown instead.</summary>
    public const string Mask = "***";

    private readonly string? _text;

    /// <summary>Wraps the text.</summary>
    public Secret(string text) => _text = text;

    /// <summary>The text itself, for the one place that sends it.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>Always <see cref="Mask"/>.</summary>
    public override string ToString() => Mask;
}
