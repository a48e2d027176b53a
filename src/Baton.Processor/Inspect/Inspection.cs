using System.Text.Json.Serialization;

namespace Baton.Processor.Inspect;

/// <summary>What a data directory holds. Times are Unix nanoseconds, 0 where there is none; sizes are bytes.</summary>
/// <param name="Journal">Its journal; null if it has none.</param>
/// <param name="State">Its state; null if it has none.</param>
internal sealed record Inspection(JournalInspection? Journal, StateInspection? State)
{
    /// <summary>True if something is lost or cannot be read.</summary>
    public bool IsDamaged => Journal is { Damage.Count: > 0 } || Journal?.Cursors.Any(cursor => cursor.Fault is not null) == true || State is { IsDamaged: true };
}

/// <summary>A journal.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Segments">Its files, oldest first.</param>
/// <param name="Cursors">Who reads it, and how far.</param>
/// <param name="Damage">What is lost.</param>
/// <param name="TailPosition">Where the last whole group ends.</param>
/// <param name="UnfinishedBytes">Bytes behind that: being written, or cut at the next start; never acknowledged.</param>
internal sealed record JournalInspection(
    string Directory, IReadOnlyList<SegmentInspection> Segments, IReadOnlyList<CursorInspection> Cursors, IReadOnlyList<DamageInspection> Damage, long TailPosition, long UnfinishedBytes);

/// <summary>A segment file.</summary>
internal sealed record SegmentInspection(string File, long FromPosition, long ToPosition, long Bytes, long Entries, long OwnEntries, long Spans, long FirstArrivalUnixNanos, long LastArrivalUnixNanos);

/// <summary>A reader's durable position.</summary>
/// <param name="Name">The exporter's name, or <c>watch</c>: the last checkpoints.</param>
/// <param name="Position">Everything before is done with; -1 if the file cannot be read.</param>
/// <param name="BytesBehind">From there to the tail.</param>
/// <param name="Fault">Why the file cannot be read; null if it can.</param>
internal sealed record CursorInspection(string Name, long Position, long BytesBehind, string? Fault);

/// <summary>A range of the journal that is lost.</summary>
internal sealed record DamageInspection(string File, long FromPosition, long ToPosition, long? EntriesLost, string Reason);

/// <summary>The saved state.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Checkpoints">The manifests, newest first.</param>
/// <param name="Recovered">The file of the checkpoint that a start would take now; null if there is none.</param>
/// <param name="Relays">The open handoffs at that checkpoint.</param>
/// <param name="DamagedRecords">Records of it that are damaged.</param>
/// <param name="SkippedRanges">Journal ranges that judging failed on.</param>
/// <param name="PutAside">Files and directories of earlier damage.</param>
internal sealed record StateInspection(
    string Directory, IReadOnlyList<CheckpointInspection> Checkpoints, string? Recovered, IReadOnlyList<RelayInspection> Relays, long DamagedRecords, int SkippedRanges, IReadOnlyList<string> PutAside)
{
    /// <summary>True if something of it cannot be read.</summary>
    [JsonIgnore]
    public bool IsDamaged => DamagedRecords > 0 || Checkpoints.Any(checkpoint => checkpoint.Fault is not null);
}

/// <summary>A checkpoint.</summary>
/// <param name="File">CURRENT or PREVIOUS.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Position">The journal position from which a start replays.</param>
/// <param name="Traces">Traces in it.</param>
/// <param name="Shards">Its stores.</param>
/// <param name="Fault">Why it cannot be recovered; null if it can, or was not needed.</param>
internal sealed record CheckpointInspection(string File, long Sequence, long Position, long Traces, int Shards, string? Fault);

/// <summary>A relay's open handoffs.</summary>
internal sealed record RelayInspection(string Relay, long Waiting, long Running, long Missed, long OldestPublishedUnixNanos);

/// <summary>The inspection's JSON, with code made at compile time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Inspection))]
internal sealed partial class InspectionJson : JsonSerializerContext;
