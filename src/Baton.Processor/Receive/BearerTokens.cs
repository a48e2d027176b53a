using System.Security.Cryptography;
using System.Text;

namespace Baton.Processor.Receive;

/// <summary>
/// The tokens that senders may have (RFC 6750, 2.1). Only hashes are kept, and every comparison looks at all of them, whole: how long it
/// takes tells nothing about a token.
/// </summary>
internal sealed class BearerTokens
{
    private const string Scheme = "Bearer ";

    private readonly byte[][] _hashes;

    private BearerTokens(byte[][] hashes) => _hashes = hashes;

    /// <summary>Reads a file of tokens, one a line.</summary>
    /// <exception cref="InvalidDataException">It holds none, or one that a header cannot carry.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BearerTokens Read(string file)
    {
        var tokens = File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToArray();
        if (tokens.Length == 0)
            throw new InvalidDataException($"{file} holds no token; write one a line");
        var bad = Array.FindIndex(tokens, token => token.Any(c => c is <= ' ' or > '~'));
        if (bad >= 0)
            throw new InvalidDataException($"token {bad + 1} of {file} holds a character that a header cannot carry; printable ASCII without spaces is allowed");
        return new BearerTokens([.. tokens.Select(HashOf)]);
    }

    /// <summary>Whether an Authorization header has one of the tokens.</summary>
    public bool Allow(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var given = HashOf(authorization[Scheme.Length..].Trim());
        var allowed = false;
        foreach (var hash in _hashes)
            allowed |= CryptographicOperations.FixedTimeEquals(hash, given);
        return allowed;
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
