using System.Text.Json;
using System.Text.Unicode;

namespace Baton.Processor.Json;

// Where a fault stands, in lines as an editor counts them.
internal ref partial struct JsonToProtobuf
{
    private static JsonFault Fault(ReadOnlySpan<byte> json, JsonFaultKind kind, long at, string path, string reason)
    {
        var before = json[..(int)Math.Min(at, json.Length)];
        return new JsonFault(kind, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), path, reason);
    }

    private static int InvalidUtf8At(ReadOnlySpan<byte> json)
    {
        Span<char> utf16 = stackalloc char[256];
        var at = 0;
        while (at < json.Length)
        {
            var status = Utf8.ToUtf16(json[at..], utf16, out var read, out _, replaceInvalidSequences: false);
            at += read;
            if (status is System.Buffers.OperationStatus.InvalidData or System.Buffers.OperationStatus.NeedMoreData)
                break;
        }
        return at;
    }

    // The reader's message ends with the place, which is told in its own way.
    private static string ReasonOf(JsonException e)
    {
        var place = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (place < 0 ? e.Message : e.Message[..place]).TrimEnd('.');
    }
}
