using System.Security.Cryptography;

namespace Baton.Fuzzing;

/// <summary>Where inputs are, and what they are called.</summary>
internal static class InputFolder
{
    /// <summary>The corpus of a target: a few hundred small inputs that reach all that any has reached, and every past finding.</summary>
    public static IEnumerable<byte[]> Corpus(string target)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }

    /// <summary>An input's name: one that does not change, and is nobody else's.</summary>
    public static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));

    /// <summary>Writes a target's corpus and seeds where afl-fuzz is to begin.</summary>
    public static void Fill(string folder, string target)
    {
        Directory.CreateDirectory(folder);
        var code = FuzzTarget.All[target]();
        foreach (var input in Corpus(target).Concat(code.Seeds()).Where(input => input.Length > 0 && input.Length <= code.MaxLength))
            File.WriteAllBytes(Path.Combine(folder, NameOf(input)), input);
    }
}
