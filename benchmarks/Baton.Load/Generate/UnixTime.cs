namespace Baton.Load.Generate;

/// <summary>The clock in OTLP's unit.</summary>
internal static class UnixTime
{
    private const long NanosecondsPerTick = 100;

    public static long Nanoseconds(TimeProvider clock) => (clock.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick;
}
