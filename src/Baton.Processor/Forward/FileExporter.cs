using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>
/// The exporter <c>file</c>: appends each request as a line of OTLP's JSON, handed to the operating system before the cursor passes it. A line
/// that a crash cut short is removed at the next start, where its request is written again. One call at a time.
/// </summary>
internal sealed class FileExporter : IExporter
{
    private readonly FileExporterOptions _options;
    private readonly FileRotation _rotation;
    private FileStream? _file;

    /// <summary>Prepares it; the first request opens the file.</summary>
    public FileExporter(FileExporterOptions options, TimeProvider time)
    {
        _options = options;
        _rotation = new FileRotation(options, time);
    }

    /// <inheritdoc/>
    public Task<ExportResult> ExportAsync(ExportRequest request, CancellationToken cancellation)
    {
        // Elsewhere, because a disk may take its time.
        return Task.Run(() => LineOf(request) is { } line ? Append(line) : PayloadJson.NotOtlp, CancellationToken.None);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static MemoryStream? LineOf(ExportRequest request)
    {
        var line = new MemoryStream(request.Length * 3);
        if (!PayloadJson.TryWrite(request, line)) return null;
        line.WriteByte((byte)'\n');
        return line;
    }

    private ExportResult Append(MemoryStream line)
    {
        try
        {
            var file = Open();
            if (_rotation.IsDue(file.Length, line.Length))
            {
                file.Dispose();
                _file = null;
                _rotation.Rotate();
                file = Open();
            }
            file.Write(line.GetBuffer(), 0, (int)line.Length);
            return ExportResult.Accepted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was written in part is removed when it is opened again.
            _file?.Dispose();
            _file = null;
            return new ExportResult(ExportOutcome.Retryable) { Kind = "file", Message = e.Message };
        }
    }

    private FileStream Open()
    {
        if (_file is not null) return _file;
        var path = Path.GetFullPath(_options.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Without a buffer: whoever follows the file sees whole lines.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.SetLength(EndOfLastLine(file));
        file.Seek(0, SeekOrigin.End);
        return _file = file;
    }

    private static long EndOfLastLine(FileStream file)
    {
        var block = new byte[4096];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - block.Length);
            file.Seek(start, SeekOrigin.Begin);
            var read = block.AsSpan(0, (int)(end - start));
            file.ReadExactly(read);
            var last = read.LastIndexOf((byte)'\n');
            if (last >= 0) return start + last + 1;
            end = start;
        }
        return 0;
    }
}
