using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Baton.Processor.Journal;

namespace Baton.Processor.State;

/// <summary>
/// What one checkpoint consists of. All shards, the engine's tables and the journal position belong to one moment, and this one file makes them valid together.
/// JSON, so that a person can read it, and a last line with its checksum.
/// </summary>
internal sealed record Manifest
{
    /// <summary>The version of the format that this code writes, and the only one it reads.</summary>
    public const int CurrentFormat = 2;

    private const string ChecksumLine = "\ncrc32c ";

    /// <summary>Version of the format of this file, of the log, and of the records in it.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>One more than that of the checkpoint before.</summary>
    public required long Sequence { get; init; }

    /// <summary>The journal position up to which everything is applied, and from which a replay begins.</summary>
    public required long Position { get; init; }

    /// <summary>The seed of the hash of keys, which the links in the log were made with.</summary>
    public required ulong HashSeed { get; init; }

    /// <summary>Buckets of each shard's index: it must never have fewer again.</summary>
    public required long IndexBuckets { get; init; }

    /// <summary>The shards in their order; their number is that of the directory.</summary>
    public required IReadOnlyList<ShardCut> Shards { get; init; }

    /// <summary>Bytes of the file with the engine's tables.</summary>
    public required int TablesLength { get; init; }

    /// <summary>CRC-32C of that file.</summary>
    public required uint TablesChecksum { get; init; }

    public byte[] Write()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.Manifest);
        return [.. json, .. Encoding.ASCII.GetBytes($"{ChecksumLine}{Crc32C.Of(json):x8}\n")];
    }

    /// <summary>Reads a manifest; null with the reason where it is none.</summary>
    public static Manifest? Read(byte[] bytes, out string fault)
    {
        const int trailer = 17;
        fault = "its checksum is wrong";
        if (bytes.Length < trailer) return null;
        var json = bytes.AsSpan(0, bytes.Length - trailer);
        if (!bytes.AsSpan(json.Length).SequenceEqual(Encoding.ASCII.GetBytes($"{ChecksumLine}{Crc32C.Of(json):x8}\n"))) return null;
        try
        {
            var manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.Manifest);
            if (manifest is { Shards.Count: > 0 } or { Format: not CurrentFormat }) return manifest;
            fault = "it names no shards";
        }
        catch (JsonException e)
        {
            fault = e.Message;
        }
        return null;
    }
}

/// <summary>The manifest's JSON, with code made at compile time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
