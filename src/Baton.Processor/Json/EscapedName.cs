using System.Buffers.Text;

namespace Baton.Processor.Json;

/// <summary>
/// Compares property names with escapes. The reader's own comparison throws where a name has half of a surrogate pair; such a name is only one
/// that OTLP does not have, and a request with a million of them must not cost a million exceptions.
/// </summary>
internal static class EscapedName
{
    /// <summary>Whether a name, unescaped, is this one.</summary>
    /// <param name="escaped">As it stands between the quotes of JSON that has been checked.</param>
    /// <param name="name">ASCII, as all names of OTLP are.</param>
    public static bool Is(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> name)
    {
        foreach (var expected in name)
        {
            if (escaped.IsEmpty)
                return false;
            int found = escaped[0];
            var length = 1;
            if (found == '\\')
            {
                // The short escapes stand for characters that no name has.
                if (escaped[1] != 'u' || !Utf8Parser.TryParse(escaped.Slice(2, 4), out found, out _, 'x'))
                    return false;
                length = 6;
            }
            if (found != expected)
                return false;
            escaped = escaped[length..];
        }
        return escaped.IsEmpty;
    }
}
