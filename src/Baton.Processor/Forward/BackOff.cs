using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>
/// The pauses between the attempts at one request: exponential, and spread by half around the interval, so that requests which failed
/// together do not return together. The
/// Collector's numbers, since retry_on_failure has the Collector's options.
/// </summary>
internal struct BackOff(RetryOptions options, Random jitter)
{
    private const double Growth = 1.5;
    private const double Spread = 0.5;

    // A destination may ask for any wait; beyond a day it is taken for a mistake.
    private static readonly TimeSpan LongestRequested = TimeSpan.FromDays(1);

    private TimeSpan _interval = options.InitialInterval;

    /// <summary>The next pause: what the destination asked for, or else the next interval.</summary>
    /// <param name="requested">What the destination asked for. None, or not above zero: it leaves the pause to the sender.</param>
    public TimeSpan Next(TimeSpan? requested)
    {
        if (requested > TimeSpan.Zero) return requested.Value < LongestRequested ? requested.Value : LongestRequested;
        var pause = _interval * (1 - Spread + 2 * Spread * jitter.NextDouble());
        _interval = _interval * Growth < options.MaxInterval ? _interval * Growth : options.MaxInterval;
        return pause;
    }
}
