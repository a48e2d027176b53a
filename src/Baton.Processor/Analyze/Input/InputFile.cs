namespace Baton.Processor.Analyze.Input;

/// <summary>One of the inputs named on the command line: a file, or <c>-</c> for standard input.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Bytes">Its size; null where that is not known.</param>
internal sealed record InputFile(string Path, long? Bytes)
{
    /// <summary>What stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>How messages call it.</summary>
    public string Name => IsStandardInput ? "standard input" : Path;

    private bool IsStandardInput => Path == StandardInput;

    /// <summary>Looks whether a file can be read at all: a mistyped name is told before the first of many files is read.</summary>
    /// <param name="path">As it was given.</param>
    /// <param name="fault">What is wrong with it, and what to do; null if nothing is.</param>
    public static InputFile Check(string path, out string? fault)
    {
        fault = null;
        if (path == StandardInput)
            return new InputFile(path, null);
        try
        {
            if (Directory.Exists(path))
            {
                fault = $"{path}: is a directory; name the files in it, e.g. {System.IO.Path.Combine(path, "*.jsonl")}";
                return new InputFile(path, null);
            }
            using var stream = System.IO.File.OpenRead(path);
            // A pipe has no length.
            var length = stream.CanSeek ? stream.Length : (long?)null;
            fault = length == 0 ? $"{path}: is empty" : null;
            return new InputFile(path, length);
        }
        catch (FileNotFoundException)
        {
            fault = $"{path}: there is no such file";
        }
        catch (DirectoryNotFoundException)
        {
            fault = $"{path}: there is no such directory";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = $"{path}: cannot be read: {e.Message}";
        }
        return new InputFile(path, null);
    }

    /// <summary>Opens it for one reading from begin to end.</summary>
    /// <exception cref="IOException">It cannot be opened any more.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public Stream Open(Stream standardInput) => IsStandardInput
        ? standardInput
        : new FileStream(Path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
}
