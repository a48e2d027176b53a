using System.Buffers;
using System.Buffers.Binary;

namespace Baton.Continuity.Join;

/// <summary>A relay as state knows it: what a handoff that was opened with it still needs when the configuration has changed.</summary>
/// <param name="Id">Its number, the same for ever in one data directory.</param>
/// <param name="Name">Its name.</param>
/// <param name="Traits">What its rules give.</param>
/// <param name="Expectation">The number of its list of expected values (<see cref="Expectations"/>); 0 for none.</param>
/// <param name="JobIds">The places of its job-id keys in the configuration in force: bit n stands for place n.</param>
internal sealed record Relay(ushort Id, string Name, RelayTraits Traits, ushort Expectation, ulong JobIds)
{
    public bool AcknowledgeGiven => Traits.HasFlag(RelayTraits.AcknowledgeGiven);

    public bool CompleteGiven => Traits.HasFlag(RelayTraits.CompleteGiven);

    public bool BuiltIn => Traits.HasFlag(RelayTraits.BuiltIn);

    public RelayArming Arming =>
        Traits.HasFlag(RelayTraits.ArmedWhenLearned) ? RelayArming.Learned
        : Traits.HasFlag(RelayTraits.ArmedAfterCompletion) ? RelayArming.AfterCompletion
        : RelayArming.Always;

    public static RelayTraits TraitsOf(RelayDefinition relay) =>
        (relay.Acknowledge is null ? 0 : RelayTraits.AcknowledgeGiven)
        | (relay.Complete is null ? 0 : RelayTraits.CompleteGiven)
        | (relay.BuiltIn ? RelayTraits.BuiltIn : 0)
        | (relay.Arming == RelayArming.Learned ? RelayTraits.ArmedWhenLearned : 0)
        | (relay.Arming == RelayArming.AfterCompletion ? RelayTraits.ArmedAfterCompletion : 0);
}

/// <summary>What a relay's rules give. The values are part of the stored state.</summary>
[Flags]
internal enum RelayTraits : byte
{
    None = 0,
    AcknowledgeGiven = 1,
    CompleteGiven = 2,
    BuiltIn = 4,
    ArmedWhenLearned = 8,
    ArmedAfterCompletion = 16,
}

/// <summary>
/// Numbers for relays that outlive a change of the configuration. Journal entries name relays by their place in the configuration of
/// their time (<see cref="Declare"/> says which that was); state names them by these numbers.
/// </summary>
internal sealed class RelayTable
{
    private readonly List<Relay> _relays = [];
    private ushort[] _declared = [];

    public int Count => _relays.Count;

    /// <summary>The lists of values that relays expect, or expected once.</summary>
    public Expectations Expectations { get; } = new();

    public Relay this[int id] => _relays[id];

    /// <summary>The number of the built-in `default` relay; -1 where it is switched off.</summary>
    public int Default { get; private set; } = -1;

    /// <summary>Places in the configuration that entries may name.</summary>
    public int Declared => _declared.Length;

    /// <summary>The number of a relay that an entry names by its place.</summary>
    public ushort IdAt(int place) => _declared[place];

    /// <summary>Of two relays, the one that stands first in the configuration.</summary>
    public ushort First(ushort a, ushort b) => PlaceOf(b) < PlaceOf(a) ? b : a;

    /// <summary>The place of a relay in the configuration; the end of it for one that is no longer there.</summary>
    public int PlaceOf(ushort id) => Array.IndexOf(_declared, id) is >= 0 and var place ? place : int.MaxValue;

    /// <summary>From here on, entries name relays by their places in this list.</summary>
    /// <returns>True if what one that was known gives, is another thing now.</returns>
    public bool Declare(IReadOnlyList<RelayFacts> relays)
    {
        var before = _relays.ConvertAll(static relay => relay.Traits);
        _declared = [.. relays.Select(IdOf)];
        Default = _relays.FindIndex(r => r.BuiltIn && r.Arming == RelayArming.Learned && _declared.Contains(r.Id));
        return before.Where((traits, id) => traits != _relays[id].Traits).Any();
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        Expectations.WriteTo(output);
        WriteCount(output, _relays.Count);
        foreach (var relay in _relays)
        {
            FactsOf(relay).WriteTo(output);
        }
        WriteCount(output, _declared.Length);
        foreach (var id in _declared)
        {
            WriteCount(output, id);
        }
    }

    /// <summary>Takes the place of what is declared; the configuration in force comes back with the next start's entry.</summary>
    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        _relays.Clear();
        Expectations.ReadFrom(ref input);
        for (var left = ReadCount(ref input); left > 0; left--)
        {
            IdOf(RelayFacts.Read(ref input));
        }
        var declared = new List<RelayFacts>();
        for (var left = ReadCount(ref input); left > 0; left--)
        {
            declared.Add(FactsOf(_relays[ReadCount(ref input)]));
        }
        Declare(declared);
    }

    private RelayFacts FactsOf(Relay relay) => new(relay.Name, relay.Traits, Expectations.Of(relay.Expectation), relay.JobIds);

    private ushort IdOf(RelayFacts facts)
    {
        var known = _relays.FindIndex(r => r.Name == facts.Name);
        var expectation = Expectations.NumberOf(facts.Expected);
        if (known < 0)
        {
            known = _relays.Count;
            _relays.Add(new Relay((ushort)known, facts.Name, facts.Traits, expectation, facts.JobIds));
        }
        else
        {
            _relays[known] = _relays[known] with { Traits = facts.Traits, Expectation = expectation, JobIds = facts.JobIds };
        }
        return (ushort)known;
    }

    private static void WriteCount(IBufferWriter<byte> output, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), count);
        output.Advance(4);
    }

    private static int ReadCount(ref ReadOnlySpan<byte> input)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(input);
        input = input[4..];
        return count;
    }
}
