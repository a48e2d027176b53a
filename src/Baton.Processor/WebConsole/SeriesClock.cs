namespace Baton.Processor.WebConsole;

/// <summary>The steps that the console's series are kept in: the last hour, a quarter of a minute each.</summary>
internal sealed class SeriesClock
{
    /// <summary>How many steps are kept.</summary>
    public const int Steps = 240;

    /// <summary>The length of a step in seconds.</summary>
    public const int StepSeconds = 15;

    private const long StepNanos = StepSeconds * 1_000_000_000L;
    private long _newest;

    /// <param name="nowUnixNanos">The time.</param>
    public SeriesClock(long nowUnixNanos) => Advance(nowUnixNanos);

    /// <summary>The step that is being filled. Any thread.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>The oldest step that is kept.</summary>
    public long Oldest => Newest - Steps + 1;

    /// <summary>Goes on to the step that holds this time. It does not run backwards.</summary>
    public void Advance(long nowUnixNanos) => Volatile.Write(ref _newest, Math.Max(Newest, nowUnixNanos / StepNanos));

    /// <summary>The step of an event; what a clock that is ahead sent counts as now. Before <see cref="Oldest"/> if it is too old to be shown.</summary>
    public long StepOf(long unixNanos) => Math.Min(unixNanos / StepNanos, Newest);

    /// <summary>When a step begins, Unix milliseconds.</summary>
    public static long BeginUnixMillis(long step) => step * StepSeconds * 1000;
}
