using System.Buffers;
using Baton.Continuity.Join;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;

namespace Baton.Continuity.Synthesize;

/// <summary>An ExportTraceServiceRequest of spans that are serialized already, by their resources, in the order in which they were added.</summary>
internal sealed class SpanRequest(Shared shared)
{
    // ExportTraceServiceRequest.resource_spans, ResourceSpans.resource and ScopeSpans.scope: field 1; ResourceSpans.scope_spans and ScopeSpans.spans: field 2. All length-delimited.
    private const byte First = 1 << 3 | 2;
    private const byte Second = 2 << 3 | 2;

    private static readonly byte[] Scope = new InstrumentationScope
    {
        Name = "baton",
        Version = typeof(SpanRequest).Assembly.GetName().Version?.ToString(3) ?? "",
    }.ToByteArray();

    private readonly Dictionary<ulong, Group> _byResource = [];
    private readonly List<Group> _groups = [];

    /// <summary>Adds a span.</summary>
    /// <param name="resource">Whose resource it repeats.</param>
    /// <param name="span">The span, serialized.</param>
    public void Add(ulong resource, byte[] span)
    {
        if (!_byResource.TryGetValue(resource, out var group))
        {
            group = new Group(InternedTexts.ResourceOf(shared.Resources.NameOf(resource)).ToByteArray());
            _byResource.Add(resource, group);
            _groups.Add(group);
        }
        group.Spans.Add(span);
        group.SpanBytes += Field(span.Length);
    }

    /// <summary>The request, in an array of the shared pool.</summary>
    public ReadOnlyMemory<byte> ToPooled()
    {
        var length = 0;
        foreach (var group in _groups)
        {
            length += Field(group.Length);
        }
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        var output = bytes.AsSpan(0, length);
        foreach (var group in _groups)
        {
            Begin(ref output, First, group.Length);
            Write(ref output, First, group.Resource);
            Begin(ref output, Second, group.ScopeSpansLength);
            Write(ref output, First, Scope);
            foreach (var span in group.Spans)
            {
                Write(ref output, Second, span);
            }
        }
        return bytes.AsMemory(0, length);
    }

    private static int Field(int length) => 1 + CodedOutputStream.ComputeLengthSize(length) + length;

    private static void Begin(ref Span<byte> output, byte tag, int length)
    {
        output[0] = tag;
        var at = 1;
        for (; length >= 0x80; length >>= 7)
        {
            output[at++] = (byte)(length | 0x80);
        }
        output[at++] = (byte)length;
        output = output[at..];
    }

    private static void Write(ref Span<byte> output, byte tag, byte[] message)
    {
        Begin(ref output, tag, message.Length);
        message.CopyTo(output);
        output = output[message.Length..];
    }

    private sealed class Group(byte[] resource)
    {
        public byte[] Resource { get; } = resource;

        public List<byte[]> Spans { get; } = [];

        public int SpanBytes { get; set; }

        public int ScopeSpansLength => Field(Scope.Length) + SpanBytes;

        public int Length => Field(Resource.Length) + Field(ScopeSpansLength);
    }
}
