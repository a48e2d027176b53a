using System.Buffers.Binary;
using System.Text;
using Baton.Testing.Engine;
using Google.Protobuf;

namespace Baton.Simulation;

/// <summary>A request of many spans whose trace ids, times and message ids are replaced in place: made once, sent a million times.</summary>
internal sealed class PatchedRequest
{
    /// <summary>A message id of a span is to be this: 36 characters, as of a UUID.</summary>
    public const string MessageId = "00000000-0000-0000-0000-000000000000";

    private const string HexDigits = "0123456789abcdef";
    private static readonly byte[] Time = BitConverter.GetBytes(Story.Epoch);
    private static readonly byte[] Message = Encoding.ASCII.GetBytes(MessageId);
    private readonly List<int> _traces = [];
    private readonly List<int> _times = [];
    private readonly List<int> _messages = [];

    /// <param name="spans">Each in the trace that it names, beginning and ending with the story.</param>
    public PatchedRequest(SpanSpec[] spans)
    {
        Bytes = Story.Request(spans).ToByteArray();
        var at = 0;
        foreach (var span in spans)
        {
            at = Find(Ids.Trace(span.Trace).ToByteArray(), at, _traces);
            at = Find(Time, at, _times);
            at = Find(Time, at, _times);
            if (span.Attributes.ContainsValue(MessageId)) at = Find(Message, at, _messages);
        }
    }

    public byte[] Bytes { get; }

    /// <summary>Gives each job (of so many spans that follow each other) a trace and a message id of its own.</summary>
    /// <param name="step">Different for each request of other jobs.</param>
    /// <param name="time">When all spans begin and end, Unix nanoseconds.</param>
    /// <param name="spansPerJob">Spans of one trace.</param>
    public void Patch(long step, long time, int spansPerJob)
    {
        for (var i = 0; i < _traces.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Bytes.AsSpan(_traces[i]), High(step));
            BinaryPrimitives.WriteInt64LittleEndian(Bytes.AsSpan(_traces[i] + 8), Low(step, i / spansPerJob));
        }
        for (var i = 0; i < _messages.Count; i++) PatchMessage(Bytes.AsSpan(_messages[i], Message.Length), High(step), Low(step, i / spansPerJob));
        foreach (var at in _times) BinaryPrimitives.WriteInt64LittleEndian(Bytes.AsSpan(at), time);
    }

    private static long High(long step) => step * 0x5851F42D4C957F2D | 1;

    private static long Low(long step, int job) => job * 0x14057B7EF767814F + step;

    private static void PatchMessage(Span<byte> text, long high, long low)
    {
        var digit = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '-') continue;
            text[i] = (byte)HexDigits[(int)((digit < 16 ? high : low) >> (digit % 16 * 4) & 15)];
            digit++;
        }
    }

    private int Find(byte[] what, int from, List<int> places)
    {
        var at = from + Bytes.AsSpan(from).IndexOf(what);
        places.Add(at);
        return at + what.Length;
    }
}
