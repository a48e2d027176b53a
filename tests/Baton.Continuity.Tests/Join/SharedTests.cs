using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Tests.Stories;
using Baton.Testing.Engine;

namespace Baton.Continuity.Tests.Join;

/// <summary>What all shards know: services and when they were last heard of, how many wait, how much may be open.</summary>
public class SharedTests
{
    private static readonly ContinuityOptions Options = Relays.Of(Relays.Queue) with { Names = 2, MaxHandoffs = 10 };

    private readonly Shared _shared = new(Options, new RecordingObserver());

    [Fact]
    public void A_service_was_last_seen_when_any_instance_of_it_was_and_not_after_that_arrived()
    {
        var a = Intern("a", "1", latestEnd: 50, arrival: 60);
        Assert.Equal(50, _shared.LastSeen(a));
        Intern("a", "2", latestEnd: 70, arrival: 65);
        Assert.Equal(65, _shared.LastSeen(a));
        Intern("a", "1", latestEnd: 20, arrival: 80);
        Assert.Equal((65, 0), (_shared.LastSeen(a), _shared.LastSeen(a + 1)));
    }

    [Fact]
    public void Of_too_many_services_the_one_that_was_seen_longest_ago_is_not_remembered()
    {
        Intern("a", "", 50, 60);
        Intern("b", "", 40, 60);
        Intern("a", "", 55, 60);
        Assert.Equal([55, 40], Seen("a", "b"));
        Intern("c", "", 45, 60);
        Assert.Equal([55, 0, 45], Seen("a", "b", "c"));
    }

    [Fact]
    public void The_name_of_a_service_is_known_once_it_was_seen_however_many_there_are()
    {
        var id = new Interner(9).Intern(Texts("a", ""));
        Assert.Equal("", _shared.ServiceOf(id));
        Assert.Equal(id, Intern("a", "", 1, 1));
        Assert.Equal("a", _shared.ServiceOf(id));
        foreach (var name in (string[])["b", "c", "d"])
        {
            Assert.Equal((name, name), (_shared.ServiceOf(Intern(name, "", 1, 1)), _shared.ServiceOf(Intern(name, "", 1, 1))));
        }
    }

    [Fact]
    public void A_resource_without_a_name_is_no_service()
    {
        Assert.Equal(0UL, Shared.ServiceKey([]));
        Assert.NotEqual(0UL, Shared.ServiceKey(Texts("a", "1")));
        Assert.Equal(Shared.ServiceKey(Texts("a", "2")), Shared.ServiceKey(Texts("a", "1")));
    }

    [Fact]
    public void Of_a_relay_that_nobody_has_counted_nothing_waits()
    {
        _shared.SetWaiting(2, 7);
        _shared.SetWaiting(0, 3);
        Assert.Equal([3, 0, 7, 0, 0], Enumerable.Range(0, 5).Select(_shared.Waiting));
    }

    [Fact]
    public void A_replay_is_bounded_as_the_past_was_if_that_was_wider()
    {
        var bytes = new ArrayBufferWriter<byte>();
        _shared.WriteTo(bytes);
        foreach (var (most, replaying, now) in ((long, long, long)[])[(2, 10, 2), (20, 20, 20)])
        {
            var shared = new Shared(Options with { MaxHandoffs = most }, new RecordingObserver());
            ReadOnlySpan<byte> input = bytes.WrittenSpan;
            shared.ReadFrom(ref input);
            shared.Replaying = true;
            Assert.Equal(replaying, shared.MaxHandoffs);
            shared.Replaying = false;
            Assert.Equal(now, shared.MaxHandoffs);
        }
    }

    [Fact]
    public void A_job_s_own_deadline_is_a_day_at_most_where_its_relay_says_nothing() =>
        Assert.Equal(86_400 * Relays.Second, Relays.Queue.Deadlines.MaxDeadlineNanos);

    private List<long> Seen(params string[] services) =>
        [.. services.Select(name => _shared.LastSeen(_shared.Resources.Intern(Texts(name, ""))))];

    private ulong Intern(string service, string instance, long latestEnd, long arrival)
    {
        var texts = Texts(service, instance);
        var header = new ResourceEventHeader { LatestEndUnixNanos = latestEnd, TextCount = (ushort)(instance.Length > 0 ? 2 : 1) };
        return _shared.Intern(new ResourceEvent([.. MemoryMarshal.AsBytes([header]), .. texts]), arrival);
    }

    private static byte[] Texts(string service, string instance) =>
        [.. Text(TextKind.ServiceName, service), .. instance.Length > 0 ? Text(TextKind.ServiceInstance, instance) : []];

    private static byte[] Text(TextKind kind, string text) =>
        [.. MemoryMarshal.AsBytes([new EventText(kind, 0, (ushort)text.Length)]), .. Encoding.UTF8.GetBytes(text)];
}
