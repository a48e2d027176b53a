namespace Baton.Processor.Receive;

/// <summary>Media types as headers give them.</summary>
internal static class MediaType
{
    /// <summary>True if the header names this type, whatever its parameters (RFC 9110, 8.3.1).</summary>
    public static bool Is(string? header, string type)
    {
        var value = header.AsSpan();
        var parameters = value.IndexOf(';');
        return (parameters < 0 ? value : value[..parameters]).Trim().Equals(type, StringComparison.OrdinalIgnoreCase);
    }
}
