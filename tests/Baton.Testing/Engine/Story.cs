using System.Buffers;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Testing.Engine;

/// <summary>
/// The whole engine on a virtual clock: spans arrive at the times a test says, Baton's own entries come back at once,
/// and the journal is a list, so that a test can stop the engine anywhere and start another from a checkpoint or from nothing.
/// </summary>
public sealed class Story
{
    /// <summary>03:05:00 UTC on a day that is as good as any.</summary>
    public static readonly long Epoch = new DateTimeOffset(2026, 3, 1, 3, 5, 0, TimeSpan.Zero).ToUnixTimeSeconds() * 1_000_000_000;

    private const int MostAtOnce = 100_000;

    private ContinuityOptions _options;
    private SpanScanner _scanner;
    private readonly int _shards;
    private readonly IContinuityObserver _observer;
    private readonly List<Entry> _journal = [];
    private readonly Dictionary<StateKey, int> _loads = [];
    private MemoryStateStore[] _stores = [];
    private Baton.Continuity.Judge.Engine _engine;
    private (byte[] Tables, int Entries, MemoryStateStore[] Stores)? _checkpoint;

    /// <param name="options">What to decide by.</param>
    /// <param name="shards">Over how many shards.</param>
    /// <param name="begin">When Baton starts, Unix nanoseconds; 0 for <see cref="Epoch"/>.</param>
    /// <param name="observer">Is told what is concluded, instead of <see cref="Observer"/>.</param>
    public Story(ContinuityOptions options, int shards = 1, long begin = 0, IContinuityObserver? observer = null)
    {
        _observer = observer ?? Observer;
        Now = begin == 0 ? Epoch : begin;
        _options = options;
        _shards = shards;
        _scanner = new SpanScanner(ScanPlan.Create(options));
        _engine = NewEngine();
        _engine.Recover([]);
        AppendStart(Now);
    }

    public RecordingObserver Observer { get; } = new();

    /// <summary>Every synthesized span that went out, in order.</summary>
    public List<(ResourceSpans Resource, Span Span)> Synthesized { get; } = [];

    /// <summary>How many entries of Baton's own carried facts, and no spans.</summary>
    public int Facts { get; private set; }

    public Baton.Continuity.Judge.Engine Engine => _engine;

    public long Now { get; private set; }

    /// <summary>Traces of which something is known.</summary>
    public long Traces => _engine.Traces;

    /// <summary>How often a trace was fetched from its store. Over several shards that is whenever it is touched or looked at.</summary>
    public int LoadsOf(string trace) =>
        TraceId.TryRead(Ids.Trace(trace).Span, out var id) ? _loads.GetValueOrDefault(new StateKey(id.High, id.Low)) : 0;

    /// <summary>Whether own entries reach the journal; false stands for a crash before they do.</summary>
    public bool JournalOwn { get; set; } = true;

    public IEnumerable<Span> SpansNamed(string name) => Synthesized.Select(s => s.Span).Where(span => span.Name == name);

    /// <summary>Spans arrive in one request at a time, in seconds after the beginning; time passes until then.</summary>
    public Story Arrive(double at, params SpanSpec[] spans) => ArriveBytes(Epoch + SpanSpec.Nanos(at), Request(spans).ToByteArray());

    /// <summary>A request arrives at a time, in Unix nanoseconds; time passes until then.</summary>
    public Story ArriveBytes(long at, byte[] request)
    {
        RunTo(at);
        Append(at, Scan(request));
        return this;
    }

    /// <summary>Requests that arrive in one epoch, before anybody has looked at the clock.</summary>
    public Story ArriveAtOnce(params (double At, SpanSpec[] Spans)[] requests)
    {
        foreach (var (at, spans) in requests)
        {
            Now = Epoch + SpanSpec.Nanos(at);
            Append(Now, Scan(Request(spans).ToByteArray()), endsEpoch: at == requests[^1].At);
        }
        return this;
    }

    /// <summary>Time passes with nothing arriving, in ticks.</summary>
    public Story Run(double until, double tick = 0.1) => RunTo(Epoch + SpanSpec.Nanos(until), tick);

    /// <summary>An entry of Baton's own, which a test has taken from the engine, reaches the journal and is read back; again, if it did before.</summary>
    public Story Journal(in OwnEntry own)
    {
        Write(own);
        Drain();
        return this;
    }

    /// <summary>Takes a checkpoint here.</summary>
    /// <param name="rewrite">What a record's value is in it; null for what it is.</param>
    public Story Checkpoint(Func<StateKey, byte[], byte[]>? rewrite = null)
    {
        var tables = new ArrayBufferWriter<byte>();
        _engine.WriteCheckpoint(tables);
        _checkpoint = (tables.WrittenSpan.ToArray(), _journal.Count, [.. _stores.Select(store => Copy(store, rewrite))]);
        return this;
    }

    /// <summary>Loses the checkpoint: the next start replays everything.</summary>
    public Story Forget()
    {
        _checkpoint = null;
        return this;
    }

    /// <summary>The process dies, and another starts at a time with the last checkpoint and the journal.</summary>
    /// <param name="restartAt">When the other starts, in seconds after the beginning.</param>
    /// <param name="options">With another configuration; null for the same.</param>
    public Story Crash(double restartAt, ContinuityOptions? options = null)
    {
        if (options is not null)
        {
            _options = options;
            _scanner = new SpanScanner(ScanPlan.Create(options));
        }
        var (tables, from, stores) = _checkpoint ?? ([], 0, []);
        _engine = NewEngine([.. stores.Select(store => Copy(store))]);
        _engine.Replaying = true;
        _engine.Recover(tables);
        for (var i = from; i < _journal.Count; i++)
        {
            Apply(i);
        }
        Now = Epoch + SpanSpec.Nanos(restartAt);
        _engine.EndReplay(Now);
        JournalOwn = true;
        Drain();
        AppendStart(Now);
        return this;
    }

    public static ExportTraceServiceRequest Request(IEnumerable<SpanSpec> spans)
    {
        var request = new ExportTraceServiceRequest();
        foreach (var group in spans.GroupBy(span => (span.Service, span.Instance)))
        {
            var resource = new Resource();
            resource.Attributes.Add(new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = group.Key.Service } });
            if (group.Key.Instance.Length > 0)
            {
                resource.Attributes.Add(new KeyValue { Key = "service.instance.id", Value = new AnyValue { StringValue = group.Key.Instance } });
            }
            var scope = new ScopeSpans();
            scope.Spans.AddRange(group.Select(span => span.ToSpan(Epoch)));
            request.ResourceSpans.Add(new ResourceSpans { Resource = resource, ScopeSpans = { scope } });
        }
        return request;
    }

    private Story RunTo(long until, double tick = 0.1)
    {
        while (Now < until)
        {
            Now = Math.Min(until, Now + SpanSpec.Nanos(tick));
            do
            {
                _engine.Tick(Now);
                Drain();
            }
            while (_engine.HasMoreToTell);
        }
        return this;
    }

    private void AppendStart(long at)
    {
        using var writer = new EventWriter();
        _engine.WriteStart(writer);
        Append(at, writer.Written.ToArray());
    }

    private byte[] Scan(byte[] request)
    {
        using var events = new EventWriter();
        var result = _scanner.Scan(request, events);
        return result.IsOk ? events.Written.ToArray() : throw new InvalidOperationException($"The story's request does not decode: {result.Fault}");
    }

    private void Append(long at, byte[] events, bool endsEpoch = true)
    {
        _journal.Add(new Entry(at, events, endsEpoch));
        Apply(_journal.Count - 1);
        if (endsEpoch)
        {
            Drain();
        }
    }

    private void Apply(int position)
    {
        var entry = _journal[position];
        _engine.Apply(position, entry.Arrival, entry.Events);
        if (entry.EndsEpoch)
        {
            _engine.EndEpoch();
        }
    }

    private void Drain()
    {
        var taken = 0;
        while (JournalOwn && _engine.TryTakeOwn(out var own))
        {
            if (++taken > MostAtOnce)
            {
                throw new InvalidOperationException($"The engine tells more than {MostAtOnce} times at one and the same time.");
            }
            Write(own);
        }
    }

    private void Write(in OwnEntry own)
    {
        var request = ExportTraceServiceRequest.Parser.ParseFrom(own.Payload.Span);
        Synthesized.AddRange(request.ResourceSpans.SelectMany(r => r.ScopeSpans.SelectMany(s => s.Spans.Select(span => (r, span)))));
        Facts += request.ResourceSpans.Count == 0 ? 1 : 0;
        _journal.Add(new Entry(Now, own.Events.ToArray(), EndsEpoch: true));
        Apply(_journal.Count - 1);
    }

    private Baton.Continuity.Judge.Engine NewEngine(MemoryStateStore[]? stores = null)
    {
        _stores = stores is { Length: > 0 } ? stores : [.. Enumerable.Range(0, _shards).Select(_ => new MemoryStateStore())];
        // Over several shards no trace stays in memory: what is not written back when it is put away, is lost.
        return new Baton.Continuity.Judge.Engine(_shards == 1 ? _options : _options with { LoadedTraces = 0 }, [.. _stores.Select(Counting)], _observer);
    }

    private CountingStore Counting(MemoryStateStore store) => new(store, _loads);

    private static MemoryStateStore Copy(MemoryStateStore store, Func<StateKey, byte[], byte[]>? rewrite = null)
    {
        var copy = new MemoryStateStore();
        var batch = new StateBatch();
        store.Scan((key, value) => batch.Change(batch.SlotOf(key), rewrite is null ? value : rewrite(key, value.ToArray())));
        copy.Commit(batch);
        return copy;
    }

    private sealed record Entry(long Arrival, byte[] Events, bool EndsEpoch);
}
