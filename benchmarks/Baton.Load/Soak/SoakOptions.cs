using Baton.Load.Generate;

namespace Baton.Load.Soak;

/// <summary>A soak: small requests on many connections for a long time, beside senders that stall.</summary>
/// <param name="Minutes">How long.</param>
/// <param name="Connections">Good senders: each has an HTTP/2 connection of its own and one call under way at a time.</param>
/// <param name="Stalled">Senders that begin a request and never end it; one that is cut off begins anew.</param>
/// <param name="Spans">Spans in each good request.</param>
/// <param name="Rate">Good requests a second, over all connections.</param>
internal sealed record SoakOptions(double Minutes, int Connections, int Stalled, int Spans, double Rate)
{
    /// <summary>Resident memory is compared with this minute's: what is built once, such as pools and compiled code, is there by then.</summary>
    public const int BaselineMinute = 3;

    /// <summary>What resident memory of the last minute may be, in units of the third's.</summary>
    public const double AllowedGrowth = 1.1;

    /// <summary>The good load, as `generate` would send it. Nothing of it is warm-up: every answer counts.</summary>
    public LoadOptions Load(int port) => new(
        $"127.0.0.1:{port}", Connections, InFlight: Connections, Spans, Gzip: false, GzipPool: 1, JobLag: 2, Rate * Spans,
        WarmUp: TimeSpan.Zero, Duration: TimeSpan.FromMinutes(Minutes));
}
