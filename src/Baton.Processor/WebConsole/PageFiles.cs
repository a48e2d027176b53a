using System.Security.Cryptography;

namespace Baton.Processor.WebConsole;

/// <summary>The page and what belongs to it: files that are part of the assembly, and nothing else.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "console/";

    private static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private readonly Dictionary<string, PageFile> _files;

    private PageFiles(Dictionary<string, PageFile> files) => _files = files;

    /// <summary>The names of the files.</summary>
    public IEnumerable<string> Names => _files.Keys;

    /// <summary>Reads them.</summary>
    public static PageFiles Load()
    {
        var assembly = typeof(PageFiles).Assembly;
        return new PageFiles(assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(
            name => name[Prefix.Length..],
            name =>
            {
                using var source = assembly.GetManifestResourceStream(name)!;
                using var copy = new MemoryStream();
                source.CopyTo(copy);
                var content = copy.ToArray();
                return new PageFile(content, ContentTypes[Path.GetExtension(name)], $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
            }));
    }

    /// <summary>A file by its name; null if there is none.</summary>
    public PageFile? Find(string name) => _files.GetValueOrDefault(name);
}

/// <summary>A file of the page.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="ETag">Changes with its bytes.</param>
internal sealed record PageFile(byte[] Content, string ContentType, string ETag);
