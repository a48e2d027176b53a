using System.Buffers;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

// What goes on from one process, or one set of relays, to the next. Between epochs.
public sealed partial class Engine
{
    /// <summary>Reads the tables of a checkpoint and builds wheels and counts anew from the stores. Once, before any entry.</summary>
    /// <param name="tables">What <see cref="WriteCheckpoint"/> wrote at the checkpoint; empty for a new directory.</param>
    public void Recover(ReadOnlySpan<byte> tables)
    {
        if (!tables.IsEmpty)
        {
            _shared.ReadFrom(ref tables);
        }
        _rounds.Recover();
    }

    /// <summary>Ends a replay: what was owed when Baton stopped, and does not stand in the journal, is told again.</summary>
    /// <param name="nowUnixNanos">The time.</param>
    public void EndReplay(long nowUnixNanos)
    {
        Replaying = false;
        foreach (var shard in _shards)
        {
            shard.TellOwed(nowUnixNanos);
        }
        _rounds.Collect();
    }

    /// <summary>Writes the facts of a start: from here on what was published before is held back, and entries name these relays.</summary>
    /// <param name="writer">Receives the event section of the entry.</param>
    public void WriteStart(EventWriter writer)
    {
        writer.AppendBytes(Fact(EventKind.Start, _shared.Now).Events.Span);
        WriteRelays(_options, writer);
    }

    /// <summary>
    /// Writes the fact that relays have changed without a start: entries after it name the relays of other options, and are to be applied by
    /// an engine with these, which goes on from this one's <see cref="WriteCheckpoint"/>.
    /// </summary>
    /// <param name="options">The options of the scan plan by which the entries after it are made.</param>
    /// <param name="writer">Receives the event section of the entry.</param>
    public static void WriteRelays(ContinuityOptions options, EventWriter writer)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(writer);
        var relays = new ArrayBufferWriter<byte>();
        foreach (var relay in RelayFacts.Of(options.Relays))
        {
            relay.WriteTo(relays);
        }
        writer.Begin(new EventHeader { Kind = EventKind.Relays });
        writer.AppendBytes(relays.WrittenSpan);
        writer.End();
    }

    /// <summary>Brings the stores up to date and writes what is not in them: both together are a checkpoint. Between epochs.</summary>
    /// <param name="tables">Receives what is not in the stores.</param>
    public void WriteCheckpoint(IBufferWriter<byte> tables)
    {
        _rounds.Flush();
        _shared.WriteTo(tables);
    }
}
