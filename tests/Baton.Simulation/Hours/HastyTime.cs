using System.Diagnostics;

namespace Baton.Simulation.Hours;

/// <summary>
/// A clock that begins in the past and runs faster until it has caught up with the present; from then on it is the present. Everything that waits by
/// it waits accordingly less.
/// </summary>
internal sealed class HastyTime(TimeSpan ago, double speed) : TimeProvider
{
    private readonly DateTimeOffset _present = System.GetUtcNow();
    private readonly long _begun = Stopwatch.GetTimestamp();

    /// <summary>Whether it has caught up.</summary>
    public bool HasCaughtUp => Elapsed * (speed - 1) >= ago;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => HasCaughtUp ? _present + Elapsed : _present - ago + Elapsed * speed;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new HastyTimer(this, () => callback(state), dueTime, period);

    private TimeSpan Real(TimeSpan duration) => duration == Timeout.InfiniteTimeSpan || HasCaughtUp ? duration : duration / speed;

    /// <summary>Armed anew each time it fires, at the speed of that moment.</summary>
    private sealed class HastyTimer : ITimer
    {
        private readonly HastyTime _time;
        private readonly Timer _timer;
        private TimeSpan _period;

        public HastyTimer(HastyTime time, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            _time = time;
            _period = period;
            _timer = new Timer(_ =>
            {
                callback();
                if (_period > TimeSpan.Zero) Arm(_period);
            });
            Arm(dueTime);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            return Arm(dueTime);
        }

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private bool Arm(TimeSpan due)
        {
            try
            {
                return _timer.Change(_time.Real(due), Timeout.InfiniteTimeSpan);
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
