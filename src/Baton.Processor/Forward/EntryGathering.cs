using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;

namespace Baton.Processor.Forward;

/// <summary>
/// Takes entries from the journal, in order, and puts them into requests: all, some or none of an entry's spans, as the routing says, as they are or decompressed, as the exporter wants them.
/// An entry of which nothing goes out is settled at once. The forwarder's thread only, unless said otherwise.
/// </summary>
/// <remarks>No payload is copied: a request holds the journal's own blocks until it is done. The cost is that of a few dozen bytes for each entry.</remarks>
internal sealed class EntryGathering : IDisposable
{
    // As much as one read of the disk is worth; the blocks that a request touches are held until it is done.
    private const int MaxReadBytes = 1 << 20;

    private readonly Journal.Journal _journal;
    private readonly ForwardCursor _cursor;
    private readonly SendQueue _queue;
    private readonly DeliveryReport _report;
    private readonly ExporterCompression _compression;
    private JournalReader _reader;
    private Router _router;
    private Router? _nextRouter;

    // What has been read and not yet taken up.
    private JournalBlock? _block;
    private int _nextInBlock;

    /// <param name="journal">What is read, from the cursor on.</param>
    /// <param name="cursor">Where each entry is entered.</param>
    /// <param name="queue">Gets the requests.</param>
    /// <param name="router">Says what the exporter gets; becomes this one's.</param>
    /// <param name="compression">How the exporter wants payloads.</param>
    /// <param name="report">Is told what cannot be decompressed.</param>
    public EntryGathering(Journal.Journal journal, ForwardCursor cursor, SendQueue queue, Router router, ExporterCompression compression, DeliveryReport report)
    {
        (_journal, _cursor, _queue, _router, _compression, _report) = (journal, cursor, queue, router, compression, report);
        _reader = journal.OpenReader(cursor.Position);
    }

    /// <summary>Decides by another routing, from an entry on that is taken up soon. Any thread; the router becomes this one's.</summary>
    public void Use(Router router) => Interlocked.Exchange(ref _nextRouter, router)?.Dispose();

    /// <summary>Takes up what is there now, until there is a full request.</summary>
    public void Gather()
    {
        if (Interlocked.Exchange(ref _nextRouter, null) is { } next)
        {
            _router.Dispose();
            _router = next;
        }
        while (!_queue.IsFull && !_cursor.IsFarAhead)
        {
            if (_block is null && !_reader.TryRead(MaxReadBytes, out _block!)) return;
            Enqueue(_block[_nextInBlock], _block);
            if (++_nextInBlock < _block.Count) continue;
            LeaveBlock();
        }
    }

    /// <summary>Waits for something to take up; false when the journal has closed.</summary>
    public async Task<bool> WaitAsync(CancellationToken stopping)
    {
        if (_cursor.IsFarAhead)
        {
            await _cursor.WaitForAsync(_cursor.Position + 1, stopping);
            return true;
        }
        // The limit may have been met within a block, and have moved since Gather looked.
        if (_block is not null) return true;
        _block = await _reader.ReadAsync(MaxReadBytes, stopping);
        return _block is not null;
    }

    /// <summary>Forgets what has been taken up, and goes on elsewhere.</summary>
    public void GoOnAt(long position)
    {
        _queue.Clear();
        LeaveBlock();
        _reader.Dispose();
        _cursor.SkipTo(position);
        _reader = _journal.OpenReader(position);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _block?.Dispose();
        _reader.Dispose();
        _router.Dispose();
        _nextRouter?.Dispose();
    }

    private void LeaveBlock()
    {
        _block?.Dispose();
        _block = null;
        _nextInBlock = 0;
    }

    private void Enqueue(in JournalEntry entry, JournalBlock block)
    {
        var routed = _router.Route(entry, out var some, out var spans);
        var part = new ExportPart(entry.Payload, entry.Kind, spans, _cursor.Add(entry));
        var signal = OtlpSignals.Of(entry.Kind);
        if (routed == RoutedEntry.None || part.Payload.IsEmpty)
        {
            // An entry of Baton's own may hold facts alone.
            _cursor.Settle([part]);
        }
        else if (some is not null)
        {
            _queue.RequestFor(signal, PayloadEncoding.Identity, some.Bytes.Length).AddOwned(part with { Payload = some.Bytes }, some);
        }
        else if (_compression.Keeps(entry.Encoding))
        {
            _queue.RequestFor(signal, entry.Encoding, part.Payload.Length).Add(part, block);
        }
        else if (PlainPayload.TryRead(part.Payload, entry.Encoding) is { } plain)
        {
            _queue.RequestFor(signal, PayloadEncoding.Identity, plain.Bytes.Length).AddOwned(part with { Payload = plain.Bytes }, plain);
        }
        else
        {
            _report.Undecodable(signal, part.SpanCount);
            _cursor.Settle([part]);
        }
    }
}
