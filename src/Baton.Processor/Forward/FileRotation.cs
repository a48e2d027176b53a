using System.Globalization;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>When a file exporter begins a new file, and which of the old ones it deletes. The names are the Collector's.</summary>
internal sealed class FileRotation(FileExporterOptions options, TimeProvider time)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH-mm-ss.fff";

    private readonly string _path = Path.GetFullPath(options.Path);

    /// <summary>Whether the next line belongs into a new file. A line that is larger than a file may be has one to itself.</summary>
    public bool IsDue(long fileLength, long lineLength) =>
        options.Rotation is { } rotation && fileLength > 0 && fileLength + lineLength > (long)rotation.MaxMegabytes << 20;

    /// <summary>Renames the file, and deletes what is too old or too many.</summary>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    public void Rotate()
    {
        // Two files within a millisecond would have one name.
        for (var at = time.GetUtcNow(); ; at = at.AddMilliseconds(1))
        {
            var name = NameAt(at);
            if (File.Exists(name)) continue;
            File.Move(_path, name);
            break;
        }
        DeleteOld(options.Rotation!);
    }

    private string NameAt(DateTimeOffset at) => Path.Combine(
        Path.GetDirectoryName(_path)!,
        $"{Path.GetFileNameWithoutExtension(_path)}-{at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}{Path.GetExtension(_path)}");

    private void DeleteOld(RotationOptions rotation)
    {
        var oldest = rotation.MaxDays == 0 ? DateTime.MinValue : time.GetUtcNow().UtcDateTime.AddDays(-rotation.MaxDays);
        var kept = rotation.MaxBackups == 0 ? int.MaxValue : rotation.MaxBackups;
        foreach (var (file, at) in Renamed().OrderByDescending(renamed => renamed.At).Where((renamed, i) => i >= kept || renamed.At < oldest))
            File.Delete(file);
    }

    private IEnumerable<(string File, DateTime At)> Renamed()
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(_path) + "-", Path.GetExtension(_path));
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(_path)!))
        {
            var name = Path.GetFileName(file);
            // Only what has exactly such a name is this exporter's to delete.
            if (name.Length == stem.Length + "yyyy-MM-ddTHH-mm-ss.fff".Length + extension.Length
                && name.StartsWith(stem, StringComparison.Ordinal) && name.EndsWith(extension, StringComparison.Ordinal)
                && DateTime.TryParseExact(
                    name.AsSpan(stem.Length, name.Length - stem.Length - extension.Length), TimeFormat, CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
                yield return (file, at);
        }
    }
}
