using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Judge;

/// <summary>Turns the records of a journal entry into messages to the keys that they concern, and into what all shards share.</summary>
internal sealed class EntryRouter(Shared shared, Rounds rounds)
{
    private readonly List<ulong> _resources = [];
    private readonly Arena _arena = new();
    private readonly List<long> _gaps = [];
    private int _verdicts;

    /// <summary>An entry begins: its spans name resources by their place in it.</summary>
    public void BeginEntry()
    {
        _resources.Clear();
        _verdicts = 0;
    }


    /// <summary>The epoch's messages are settled: their bytes are not needed any more.</summary>
    public void EndEpoch()
    {
        _arena.Clear();
        shared.Workers.Sweep(shared.Now);
    }

    /// <summary>Routes one record.</summary>
    public void Apply(long position, long arrival, EventKind kind, ReadOnlySpan<byte> record)
    {
        switch (kind)
        {
            case EventKind.Resource:
                _resources.Add(shared.Intern(new ResourceEvent(record), arrival));
                break;
            case EventKind.Span:
                Route(position, arrival, record);
                break;
            case EventKind.Beat:
                var beat = MemoryMarshal.Read<BeatEvent>(record);
                rounds.Deliver(new Message
                {
                    Kind = MessageKind.Beat,
                    Key = beat.TraceId,
                    Position = position,
                    SpanIndex = beat.SpanIndex,
                    Arrival = arrival,
                    Resource = beat.ResourceIndex < _resources.Count ? _resources[beat.ResourceIndex] : 0,
                    Record = _arena.Copy(record),
                });
                break;
            case EventKind.Verdict:
                var verdict = MemoryMarshal.Read<VerdictEventHeader>(record);
                rounds.Deliver(new Message
                {
                    Kind = MessageKind.Verdict,
                    Key = verdict.TraceId,
                    Target = verdict.SpanId,
                    Position = position,
                    SpanIndex = _verdicts++,
                    Arrival = arrival,
                    Record = _arena.Copy(record),
                });
                break;
            case EventKind.Start:
                shared.Sight.Start(arrival, MemoryMarshal.Read<SightEventHeader>(record).Since);
                break;
            case EventKind.IntakeStopped:
                shared.Sight.Stop(MemoryMarshal.Read<SightEventHeader>(record).Since);
                break;
            case EventKind.Watching:
                shared.Sight.Watching();
                break;
            case EventKind.Relays:
                DeclareRelays(record[Unsafe.SizeOf<EventHeader>()..]);
                break;
        }
    }

    private void DeclareRelays(ReadOnlySpan<byte> list)
    {
        var relays = new List<RelayFacts>();
        while (!list.IsEmpty)
        {
            relays.Add(RelayFacts.Read(ref list));
        }
        if (shared.Relays.Declare(relays))
        {
            rounds.DoubtAll();
        }
    }

    /// <summary>A span goes to its own trace, and to every other trace that it links to.</summary>
    private void Route(long position, long arrival, ReadOnlySpan<byte> record)
    {
        var kept = _arena.Copy(record);
        RelayNumbers.Translate(kept, shared.Relays);
        var span = new SpanEvent(kept);
        ref readonly var header = ref span.Header;
        var message = new Message
        {
            Kind = MessageKind.Span,
            Key = header.TraceId,
            Position = position,
            SpanIndex = header.SpanIndex,
            Arrival = arrival,
            Resource = header.ResourceIndex < _resources.Count ? _resources[header.ResourceIndex] : 0,
            Channel = shared.Destinations.Intern(span.DestinationTexts),
            Record = kept,
        };
        if (Workers.IsWork(header))
        {
            Work(span, message.Resource, arrival);
        }
        rounds.Deliver(message);
        message.Kind = MessageKind.LinkedSpan;
        foreach (ref readonly var link in span.Links)
        {
            if (link.TraceId != header.TraceId)
            {
                rounds.Deliver(message with { Key = link.TraceId, Target = link.SpanId });
            }
        }
    }

    /// <summary>A worker was busy for the length of a span.</summary>
    private void Work(in SpanEvent span, ulong resource, long arrival)
    {
        var key = new WorkerKey(resource, span.DestinationName);
        if (!shared.Workers.TryFind(key, out var worker))
        {
            var names = shared.Resources.NameOf(resource);
            worker = shared.Workers.Add(
                key, InternedTexts.TextOf(names, TextKind.ServiceName), InternedTexts.TextOf(names, TextKind.ServiceInstance),
                InternedTexts.TextOf(span.DestinationTexts, TextKind.Destination), Shared.ServiceKey(names));
        }
        _gaps.Clear();
        worker.Time.Add(span.Header.StartUnixNanos, span.Header.EndUnixNanos, arrival, _gaps);
        if (!shared.Replaying)
        {
            foreach (var gap in _gaps)
            {
                shared.Observer.WorkerIdled(worker.Service, worker.Destination, gap / 1e9);
            }
        }
    }
}
