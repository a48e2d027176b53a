using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind;

namespace Baton.Benchmarks.Judge;

/// <summary>
/// The events of one span of each of many jobs, as the scan writes them. Scanned once; before each use ids, times and job ids are written anew
/// in place, so that what is measured is the engine alone, and always with jobs that it has not seen.
/// </summary>
internal sealed class JobSpans
{
    private const string JobId = "job-1";

    private readonly byte[] _events;
    private readonly List<int> _spans = [];
    private readonly List<int> _jobIds = [];
    private readonly ulong _traces;

    /// <param name="options">By what it is scanned.</param>
    /// <param name="jobs">How many jobs.</param>
    /// <param name="span">The span: which of a trace, 1 the producing one.</param>
    /// <param name="ownTrace">In a trace without context, not the producer's.</param>
    /// <param name="jobId">With a message id.</param>
    public JobSpans(ContinuityOptions options, int jobs, int span, bool ownTrace = false, bool jobId = false)
    {
        _traces = ownTrace ? 2UL : 1;
        var request = Request(jobs, span, ownTrace, jobId).ToByteArray();
        using var writer = new EventWriter();
        if (!new SpanScanner(ScanPlan.Create(options)).Scan(request, writer).IsOk)
        {
            throw new InvalidOperationException("The benchmark's spans do not decode.");
        }
        _events = writer.Written.ToArray();
        for (var at = 0; at < _events.Length; at += (int)MemoryMarshal.Read<EventHeader>(_events.AsSpan(at)).Length)
        {
            var header = MemoryMarshal.Read<EventHeader>(_events.AsSpan(at));
            if (header.Kind == EventKind.Span)
            {
                _spans.Add(at);
                var record = _events.AsSpan(at, (int)header.Length);
                if (((ReadOnlySpan<byte>)record).Overlaps(new SpanEvent(record).JobIdBytes, out var place))
                {
                    _jobIds.Add(at + place + Unsafe.SizeOf<EventText>());
                }
            }
        }
        if (_spans.Count != jobs)
        {
            throw new InvalidOperationException($"Of {jobs} spans {_spans.Count} have a role.");
        }
    }

    /// <summary>The events, for other jobs than ever before.</summary>
    /// <param name="run">Which time this is.</param>
    /// <param name="end">When the spans end, Unix nanoseconds.</param>
    public ReadOnlySpan<byte> At(ulong run, long end)
    {
        for (var i = 0; i < _spans.Count; i++)
        {
            ref var span = ref MemoryMarshal.AsRef<SpanEventHeader>(_events.AsSpan(_spans[i]));
            // As good as random, and no two alike: an odd factor permutes all numbers.
            var trace = (run * (ulong)_spans.Count + (ulong)i + 1) * 0x9E3779B97F4A7C15;
            span.TraceId = new TraceId(trace, _traces);
            (span.StartUnixNanos, span.EndUnixNanos) = (end - 1_000_000, end);
        }
        for (var i = 0; i < _jobIds.Count; i++)
        {
            // Of a job id the engine knows the hash.
            MemoryMarshal.Write(_events.AsSpan(_jobIds[i]), (run * (ulong)_spans.Count + (ulong)i + 1) * 0xD1B54A32D192ED03);
        }
        return _events;
    }

    private static ExportTraceServiceRequest Request(int jobs, int span, bool ownTrace, bool jobId)
    {
        var scope = new ScopeSpans();
        for (var i = 0; i < jobs; i++)
        {
            scope.Spans.Add(SpanOf(i, span, ownTrace, jobId));
        }
        var resource = new Resource { Attributes = { Text("service.name", span == 1 ? "shop" : "worker"), Text("service.instance.id", "a") } };
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { scope } } } };
    }

    private static Span SpanOf(int job, int span, bool ownTrace, bool jobId)
    {
        var made = new Span
        {
            Name = span switch { 1 => "publish orders", 2 => "worker.ack_wake", _ => "worker.complete" },
            Kind = span switch { 1 => Kind.Producer, 2 => Kind.Consumer, _ => Kind.Internal },
            TraceId = ByteString.CopyFrom(Id(16, job)),
            SpanId = ByteString.CopyFrom(Id(8, span)),
            ParentSpanId = span == 1 || (ownTrace && span == 2) ? ByteString.Empty : ByteString.CopyFrom(Id(8, span - 1)),
            EndTimeUnixNano = 1,
            Attributes = { Text("messaging.system", "rabbitmq"), Text("messaging.destination.name", "orders") },
        };
        if (jobId)
        {
            made.Attributes.Add(Text("messaging.message.id", JobId));
        }
        return made;
    }

    private static byte[] Id(int length, int value)
    {
        var id = new byte[length];
        (id[0], id[length - 2], id[length - 1]) = (1, (byte)(value >> 8), (byte)value);
        return id;
    }

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
