namespace Baton.Processor.Demo;

/// <summary>Times as OTLP has them.</summary>
internal static class UnixTime
{
    /// <summary>Nanoseconds in a second.</summary>
    public const long NanosPerSecond = 1_000_000_000;

    /// <summary>The clock's time in Unix nanoseconds.</summary>
    public static long UnixNanos(this TimeProvider time) => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
