using System.Buffers;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Learn;

/// <summary>
/// The full-link times of one channel, in two generations: a new one begins when the present one is full, or a week old, and what came
/// before the last two is forgotten. So a deadline follows what jobs take now, and never stands on less than a whole generation.
/// </summary>
internal sealed class LearnedChannel
{
    private const long WeekNanos = 7L * 24 * 3600 * 1_000_000_000;

    /// <summary>A generation holds at least so many: of fewer, a quantile is a matter of luck.</summary>
    private const int SmallestGeneration = 1_000;

    /// <summary>And so many that this number of them lies beyond the quantile.</summary>
    private const int BeyondQuantile = 10;

    private QuantileSketch _present = new();
    private QuantileSketch _past = new();
    private long _presentSince;

    /// <summary>The deadline that was learned, nanoseconds; 0 until enough was seen.</summary>
    public long DeadlineNanos { get; private set; }

    /// <summary>When it was last told of a job, Unix nanoseconds.</summary>
    public long SeenAt { get; private set; }

    /// <summary>How many full-link times it remembers.</summary>
    public long Count => _present.Count + _past.Count;

    /// <summary>Counts a job that completed.</summary>
    /// <param name="fullLinkNanos">What it took.</param>
    /// <param name="at">When that was known, Unix nanoseconds.</param>
    /// <param name="learning">By what rule.</param>
    public void Add(long fullLinkNanos, long at, DeadlineLearning learning)
    {
        if (_present.Count >= GenerationOf(learning) || (_present.Count >= learning.WarmUp && at - _presentSince > WeekNanos))
        {
            (_past, _present) = (_present, _past);
            _present.Clear();
        }
        if (_present.Count == 0)
        {
            _presentSince = at;
        }
        _present.Add(fullLinkNanos);
        SeenAt = Math.Max(SeenAt, at);
    }

    /// <summary>Draws the conclusion from what was counted.</summary>
    /// <param name="learning">By what rule; null if the relay does not learn (any more).</param>
    /// <param name="scratch">For the sum of both generations.</param>
    public void Conclude(DeadlineLearning? learning, QuantileSketch scratch)
    {
        if (learning is null || Count < learning.WarmUp)
        {
            DeadlineNanos = 0;
            return;
        }
        scratch.Clear();
        scratch.Merge(_past);
        scratch.Merge(_present);
        var deadline = Math.Min(scratch.Quantile(learning.Quantile) * learning.Factor, learning.MaxNanos);
        DeadlineNanos = Math.Max((long)deadline, learning.MinNanos);
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(MemoryMarshal.AsBytes([_presentSince, SeenAt]));
        _present.WriteTo(output);
        _past.WriteTo(output);
    }

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        (_presentSince, SeenAt) = (MemoryMarshal.Read<long>(input), MemoryMarshal.Read<long>(input[sizeof(long)..]));
        input = input[(2 * sizeof(long))..];
        _present.ReadFrom(ref input);
        _past.ReadFrom(ref input);
    }

    private static double GenerationOf(DeadlineLearning learning) =>
        Math.Max(Math.Max(SmallestGeneration, learning.WarmUp), BeyondQuantile / (1 - learning.Quantile));
}
