using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Baton.Continuity.Join;

/// <summary>What the journal says of a relay that is in force.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Traits">What its rules give.</param>
/// <param name="Expected">The values that must all have completed; empty where it does not name them.</param>
/// <param name="JobIds">The places of its job-id keys: bit n stands for place n.</param>
internal sealed record RelayFacts(string Name, RelayTraits Traits, IReadOnlyList<string> Expected, ulong JobIds)
{
    /// <summary>All relays of a configuration, in their order.</summary>
    public static IReadOnlyList<RelayFacts> Of(IReadOnlyList<RelayDefinition> relays)
    {
        var jobIds = new JobIdKeys(relays);
        return [.. relays.Select(relay => new RelayFacts(relay.Name, Relay.TraitsOf(relay), relay.Expect?.AllOf ?? [], jobIds.PlacesOf(relay)))];
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        Write(output, Name);
        output.Write([(byte)Traits, (byte)Expected.Count]);
        foreach (var value in Expected)
        {
            Write(output, value);
        }
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), JobIds);
        output.Advance(8);
    }

    public static RelayFacts Read(ref ReadOnlySpan<byte> input)
    {
        var name = ReadText(ref input);
        var (traits, count) = ((RelayTraits)input[0], input[1]);
        input = input[2..];
        var expected = new string[count];
        for (var i = 0; i < count; i++)
        {
            expected[i] = ReadText(ref input);
        }
        var jobIds = BinaryPrimitives.ReadUInt64LittleEndian(input);
        input = input[8..];
        return new RelayFacts(name, traits, expected, jobIds);
    }

    internal static void Write(IBufferWriter<byte> output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), bytes.Length);
        output.Advance(4);
        output.Write(bytes);
    }

    internal static string ReadText(ref ReadOnlySpan<byte> input)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(input);
        var text = Encoding.UTF8.GetString(input.Slice(4, length));
        input = input[(4 + length)..];
        return text;
    }
}
