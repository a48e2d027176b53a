using System.Buffers;
using System.Text.Json;
using Baton.Continuity.Synthesize;
using Baton.Processor.Json;

namespace Baton.Processor.Analyze;

/// <summary>Writes synthesized spans as OTLP JSON lines, as the Collector's file exporter does, to a file that is made anew.</summary>
internal sealed class SpansFile : IDisposable
{
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;

    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public SpansFile(string path)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 << 10);
        _json = new Utf8JsonWriter(_line, ProtobufToJson.Options);
    }

    /// <summary>Writes the spans of an entry as one line; an entry without spans is none.</summary>
    /// <exception cref="IOException">There is no room left.</exception>
    public void Write(OwnEntry entry)
    {
        if (entry.Payload.IsEmpty)
            return;
        _line.ResetWrittenCount();
        _json.Reset();
        if (!ProtobufToJson.TryWrite(entry.Payload.Span, JsonMessage.Traces, _json))
            throw new InvalidOperationException("A synthesized span is no protobuf.");
        _json.Flush();
        _line.Write("\n"u8);
        _file.Write(_line.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }
}
