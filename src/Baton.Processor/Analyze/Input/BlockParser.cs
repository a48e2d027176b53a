using System.Buffers;
using Baton.Continuity.Scan;
using Baton.Processor.Json;
using Baton.Processor.Receive;

namespace Baton.Processor.Analyze.Input;

/// <summary>One request of a block, as the engine takes it.</summary>
/// <param name="LatestEndUnixNanos">How far it moves the clock; 0 if it has no span.</param>
/// <param name="Start">Where its events begin in <see cref="BlockParser.Events"/>.</param>
/// <param name="Length">Their bytes.</param>
/// <param name="Spans">Its spans, but for those that were left out.</param>
internal readonly record struct ParsedRequest(long LatestEndUnixNanos, int Start, int Length, int Spans);

/// <summary>
/// Turns a block into events: JSON to protobuf, protobuf to events. Holds what came of the last block until the next. One thread at a time.
/// </summary>
internal sealed class BlockParser(ScanPlan plan) : IDisposable
{
    private readonly SpanScanner _scanner = new(plan);
    private readonly EventWriter _scanned = new();
    private readonly SpanEnds _ends = new();
    private readonly PooledBytes _protobuf = new(new Admission(long.MaxValue));
    private readonly ArrayBufferWriter<byte> _events = new(64 << 10);

    /// <summary>The requests, in order.</summary>
    public List<ParsedRequest> Requests { get; } = [];

    /// <summary>The lines that are no request, and spans that were left out: where, and why.</summary>
    public List<BadInput> Faults { get; } = [];

    /// <summary>The events of all requests.</summary>
    public ReadOnlySpan<byte> Events => _events.WrittenSpan;

    /// <summary>Why the input ends here, too early; null if it does not.</summary>
    public string? Failure { get; set; }

    /// <summary>Forgets the last block.</summary>
    public void Clear()
    {
        Requests.Clear();
        Faults.Clear();
        _events.ResetWrittenCount();
        Failure = null;
    }

    /// <summary>Parses a block.</summary>
    public void Parse(InputBlock block)
    {
        if (block.Format == InputFormat.JsonLines)
            ParseLines(block);
        else
            ParseDocument(block);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scanned.Dispose();
        _protobuf.Release();
    }

    private void ParseLines(InputBlock block)
    {
        var rest = block.Bytes;
        for (var number = block.FirstLine; !rest.IsEmpty; number++)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            // An empty line is none.
            if (!line.Trim(" \t\r"u8).IsEmpty)
                ParseJson(block.Input, number, line);
        }
    }

    private void ParseDocument(InputBlock block)
    {
        var faults = Faults.Count;
        if (block.Format == InputFormat.JsonDocument)
            ParseJson(block.Input, 0, block.Bytes);
        else
            Scan(block.Input, 0, block.Bytes);
        // Of an input that is one request, nothing is left without it.
        if (Requests.Count == 0 && Faults.Count > faults)
        {
            Failure = Faults[^1].ToString();
            Faults.RemoveAt(Faults.Count - 1);
        }
    }

    private void ParseJson(InputFile input, long line, ReadOnlySpan<byte> json)
    {
        _protobuf.Truncate(0);
        if (JsonToProtobuf.Convert(json, JsonMessage.Traces, _protobuf) is { } fault)
            Faults.Add(new BadInput(input.Name, line == 0 ? fault.Line : line, fault.Column, fault.Text, 0));
        else
            Scan(input, line, _protobuf.Written.Span);
    }

    private void Scan(InputFile input, long line, ReadOnlySpan<byte> request)
    {
        _scanned.Clear();
        var found = _scanner.Scan(request, _scanned);
        if (found.Fault is { } fault)
        {
            Faults.Add(new BadInput(input.Name, line, line == 0 ? fault.Offset + 1 : 0, fault.ToString(), 0));
            return;
        }
        if (found.RejectedSpans > 0)
            Faults.Add(new BadInput(input.Name, line, 0, found.Rejection!, found.RejectedSpans));
        var start = _events.WrittenCount;
        _events.Write(_scanned.Written.Span);
        Requests.Add(new ParsedRequest(_ends.LatestOf(request), start, _events.WrittenCount - start, found.SpanCount - found.RejectedSpans));
    }
}
