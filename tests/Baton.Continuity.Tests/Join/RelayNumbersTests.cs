using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Tests.Stories;

namespace Baton.Continuity.Tests.Join;

/// <summary>
/// A journal entry names relays by their places in the configuration of its time, state by numbers that outlive it: `a` is number 0 and `b`
/// number 1, and `b` stands first now.
/// </summary>
public class RelayNumbersTests
{
    private const ushort Undeclared = 2;

    private readonly RelayTable _relays = new();

    public RelayNumbersTests()
    {
        RelayFacts a = new("a", RelayTraits.None, ["billing"], 0), b = new("b", RelayTraits.None, [], 0);
        _relays.Declare([a, b]);
        _relays.Declare([b, a]);
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(Undeclared, -1)]
    public void The_relay_that_a_span_publishes_for(short place, short number) => Assert.Equal(number, Translated(place).Header.ProduceRelay);

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData((byte)RelayTraits.CompleteGiven, 0, true)]
    [InlineData((byte)RelayTraits.CompleteGiven, (byte)RelayTraits.AcknowledgeGiven, true)]
    public void A_declaration_tells_whether_any_relay_gives_another_thing_now(byte a, byte b, bool changed) =>
        Assert.Equal(changed, _relays.Declare([new("a", (RelayTraits)a, [], 0), new("b", (RelayTraits)b, [], 0), new("new", RelayTraits.BuiltIn, [], 0)]));

    [Fact]
    public void The_relays_whose_conditions_a_span_meets() => Assert.Equal(
        [new RelayRole(1, RelayRoles.Complete), new RelayRole(0, RelayRoles.Acknowledge), new RelayRole(Undeclared, RelayRoles.None)],
        Translated(-1).Roles.ToArray());

    [Fact]
    public void The_relays_that_expect_what_a_span_is_and_no_other_text()
    {
        var texts = Translated(-1).Texts;
        var found = new List<(TextKind, ushort)>();
        while (texts.MoveNext())
        {
            found.Add((texts.Current.Kind, texts.Current.Index));
            Assert.Equal("text", System.Text.Encoding.UTF8.GetString(texts.Value));
        }
        Assert.Equal([(TextKind.Destination, 0), (TextKind.Member, 1), (TextKind.Member, 0), (TextKind.Member, ushort.MaxValue), (TextKind.JobId, 1)], found);
    }

    [Fact]
    public void Of_two_relays_the_one_that_stands_first_owns_what_both_publish_and_one_that_is_gone_stands_last()
    {
        Assert.Equal((1, 1, 0), (_relays.First(0, 1), _relays.First(1, 0), _relays.First(0, 0)));
        _relays.Declare([new RelayFacts("a", RelayTraits.BuiltIn, [], 5)]);
        Assert.Equal((0, 0), (_relays.First(0, 1), _relays.First(1, 0)));
        Assert.Equal((true, false), (_relays[0].BuiltIn, _relays[1].BuiltIn));
        Assert.Equal((0, 5UL), (_relays[0].Expectation, _relays[0].JobIds));
        Assert.Equal(-1, _relays.Default);
    }

    [Fact]
    public void Numbers_and_places_read_back()
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        _relays.WriteTo(bytes);
        var read = new RelayTable();
        ReadOnlySpan<byte> input = bytes.WrittenSpan;
        read.ReadFrom(ref input);
        Assert.True(input.IsEmpty);
        Assert.Equal((2, 2, 1, 0), (read.Count, read.Declared, read.IdAt(0), read.IdAt(1)));
        Assert.Equal(("a", "b"), (read[0].Name, read[1].Name));
    }

    [Fact]
    public void Of_a_configuration_with_more_job_ids_than_there_are_places_there_are_no_numbers()
    {
        static RelayDefinition[] With(int keys) => [Relays.Queue with { JobIds = [.. Enumerable.Range(0, keys).Select(i => JobIdKey.Of($"key{i}"))] }];
        Assert.Equal(ulong.MaxValue, new JobIdKeys(With(64)).PlacesOf(With(64)[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JobIdKeys(With(65)));
    }

    private SpanEvent Translated(short produce)
    {
        RelayRole[] roles = [new(0, RelayRoles.Complete), new(1, RelayRoles.Acknowledge), new(Undeclared, RelayRoles.Complete)];
        (TextKind Kind, ushort Index)[] texts =
            [(TextKind.Destination, 0), (TextKind.Member, 0), (TextKind.Member, 1), (TextKind.Member, Undeclared), (TextKind.JobId, 1)];
        var header = new SpanEventHeader { ProduceRelay = produce, RoleCount = (ushort)roles.Length, TextCount = (ushort)texts.Length };
        byte[] record =
        [
            .. MemoryMarshal.AsBytes([header]), .. MemoryMarshal.AsBytes<RelayRole>(roles),
            .. texts.SelectMany(text => (byte[])[.. MemoryMarshal.AsBytes([new EventText(text.Kind, text.Index, 4)]), .. "text"u8]),
        ];
        RelayNumbers.Translate(record, _relays);
        return new SpanEvent(record);
    }
}
