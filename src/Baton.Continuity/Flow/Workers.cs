using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Flow;

/// <summary>What a worker is known by: who it is, and from where it takes.</summary>
/// <param name="Resource">The interned resource: service, namespace, instance, environment.</param>
/// <param name="Destination">The name of the destination, hashed; 0 where its spans give none.</param>
internal readonly record struct WorkerKey(ulong Resource, ulong Destination);

/// <summary>A worker with its names.</summary>
/// <param name="Service">service.name.</param>
/// <param name="Instance">service.instance.id; empty where not given.</param>
/// <param name="Destination">The destination's name; empty where its spans give none.</param>
/// <param name="ServiceKey">Its service and namespace, hashed.</param>
/// <param name="Time">When it was busy.</param>
internal sealed record KnownWorker(string Service, string Instance, string Destination, ulong ServiceKey, Worker Time);

/// <summary>
/// The workers that sent consumer spans. A fold over the journal's entries in their order, on the engine's own thread, so that shards have
/// no part in it; in the checkpoint.
/// </summary>
/// <param name="capacity">Workers that are remembered; of those heard of least recently a tenth goes at once.</param>
/// <param name="window">How their time is measured.</param>
internal sealed class Workers(int capacity, BusyWindow window)
{
    /// <summary>Names are kept for display; what is longer is cut.</summary>
    private const int MostNameChars = 256;
    private const long SweepNanos = 60L * 1_000_000_000;
    private const long KeptNanos = 3600L * 1_000_000_000;

    private readonly Dictionary<WorkerKey, KnownWorker> _workers = [];
    private long _swept;

    /// <summary>Those that were heard of within an hour.</summary>
    public IEnumerable<KeyValuePair<WorkerKey, KnownWorker>> All => _workers;

    /// <summary>Whether a span is a worker's work: not one that fetched, which waits most of its time, nor one that settles.</summary>
    public static bool IsWork(in SpanEventHeader span) =>
        span.SpanKind == (byte)SpanKind.Consumer && span.Operation is not (OperationType.Receive or OperationType.Settle);

    /// <summary>Finds a worker.</summary>
    public bool TryFind(WorkerKey key, [NotNullWhen(true)] out KnownWorker? worker) => _workers.TryGetValue(key, out worker);

    /// <summary>Adds one that is not known.</summary>
    public KnownWorker Add(WorkerKey key, string service, string instance, string destination, ulong serviceKey)
    {
        if (_workers.Count >= capacity)
        {
            Remove(_workers.OrderBy(w => (w.Value.Time.UsedAt, w.Key.Resource, w.Key.Destination)).Take(Math.Max(1, capacity / 10)));
        }
        var worker = new KnownWorker(Cut(service), Cut(instance), Cut(destination), serviceKey, new Worker(window));
        _workers.Add(key, worker);
        return worker;
    }

    /// <summary>An epoch has ended: those that have sent nothing for an hour are forgotten.</summary>
    public void Sweep(long now)
    {
        if (now - _swept >= SweepNanos)
        {
            _swept = now;
            Remove(_workers.Where(w => now - w.Value.Time.UsedAt > KeptNanos));
        }
    }

    public void WriteTo(IBufferWriter<byte> buffer)
    {
        var output = new FlowWriter(buffer);
        output.Write(MemoryMarshal.AsBytes([_swept, window.SlotNanos, window.Slots, _workers.Count]));
        foreach (var (key, worker) in _workers)
        {
            output.Write(MemoryMarshal.AsBytes([key.Resource, key.Destination, worker.ServiceKey]));
            output.Write(worker.Service);
            output.Write(worker.Instance);
            output.Write(worker.Destination);
            worker.Time.WriteTo(output);
        }
    }

    public void ReadFrom(ref ReadOnlySpan<byte> bytes)
    {
        var input = new FlowReader(bytes);
        _swept = input.Long();
        var slotNanos = input.Long();
        var slots = (int)input.Long();
        for (var count = input.Long(); count > 0; count--)
        {
            var key = new WorkerKey((ulong)input.Long(), (ulong)input.Long());
            var service = (ulong)input.Long();
            var worker = new KnownWorker(input.Text(), input.Text(), input.Text(), service, new Worker(window));
            worker.Time.ReadFrom(ref input, slots, slotNanos == window.SlotNanos && slots == window.Slots);
            _workers[key] = worker;
        }
        bytes = input.Rest;
    }

    private static string Cut(string name) => name.Length <= MostNameChars ? name : name[..MostNameChars];

    private void Remove(IEnumerable<KeyValuePair<WorkerKey, KnownWorker>> workers)
    {
        foreach (var (key, _) in workers.ToList())
        {
            _workers.Remove(key);
        }
    }
}
