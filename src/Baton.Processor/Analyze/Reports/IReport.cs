using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Processor.Analyze.Reports;

/// <summary>Takes what was concluded, one after another, and writes it when all has been told. Implemented as a table and as JSON.</summary>
internal interface IReport : IDisposable
{
    /// <summary>What became of a handoff.</summary>
    void Add(in HandoffOutcome outcome);

    /// <summary>A worker's span without a context; again, when its job is found later.</summary>
    void AddOrphan(in Orphan orphan);

    /// <summary>A consumer whose producer never came.</summary>
    void AddMissingProducer(in HandoffView consumer);

    /// <summary>Nothing arrives any more. What is told from here on follows from time alone.</summary>
    void EndInput(long endUnixNanos);

    /// <summary>Writes all of it.</summary>
    void Write(TextWriter output, Recording recording);
}

/// <summary>A worker's span without a context.</summary>
/// <param name="Worker">The span.</param>
/// <param name="ProducerTrace">The trace of its job; zero if that was not found.</param>
/// <param name="Producer">The span that published its job; zero likewise.</param>
internal readonly record struct Orphan(HandoffView Worker, TraceId ProducerTrace, SpanId Producer);

/// <summary>What was analyzed.</summary>
/// <param name="Totals">The counts.</param>
/// <param name="Inputs">The names of the inputs.</param>
/// <param name="BeginUnixNanos">When its first request arrived; 0 if none did.</param>
/// <param name="EndUnixNanos">When its last did.</param>
internal sealed record Recording(Totals Totals, IReadOnlyList<string> Inputs, long BeginUnixNanos, long EndUnixNanos);
