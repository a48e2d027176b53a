using System.Globalization;

namespace Baton.Processor.Json;

/// <summary>Why JSON was not converted.</summary>
internal enum JsonFaultKind
{
    /// <summary>It is not JSON, or not the message that it should be.</summary>
    Malformed,

    /// <summary>The message is larger than is allowed.</summary>
    TooLarge,

    /// <summary>All requests in flight together hold as much as they may.</summary>
    NoMemory,
}

/// <summary>What is wrong with JSON, and where.</summary>
/// <param name="Kind">Whose fault it is.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte in its line, from 1.</param>
/// <param name="Path">The value, from the root: <c>resourceSpans[0].scopeSpans[0].spans[3].traceId</c>; empty where only the place is known.</param>
/// <param name="Reason">What is wrong, and what would be right.</param>
internal sealed record JsonFault(JsonFaultKind Kind, long Line, long Column, string Path, string Reason)
{
    /// <summary>Path and reason: for a caller that says the place in its own words.</summary>
    public string Text => Path.Length == 0 ? Reason : $"{Path}: {Reason}";

    /// <summary>Everything, for an error message.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Text} (line {Line}, byte {Column})");
}
