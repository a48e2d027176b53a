using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>
/// When silence proves nothing. After a start (or a suspension, which is the same), what was published before is held back until senders
/// have had time to deliver what they kept; so is everything after an intake that was steady and stopped. What waited through more than
/// senders retry can never be told from what was lost on the way.
/// </summary>
/// <remarks>
/// A fold over the journal's entries: the edges stand there as facts. Changed between rounds, read within them.
/// That the watch leg lags, is the watch leg's business: then no time passes here.
/// </remarks>
internal sealed class Sight(ContinuityOptions options)
{
    /// <summary>
    /// Intake is steady when each of this many windows of blind_after in a row has brought a request, wherever one lets them begin: no gap was
    /// longer than blind_after. (With windows that begin at fixed times, what comes a little more seldom would look steady now and then.)
    /// </summary>
    private const int SteadyWindows = 10;
    private const long Second = 1_000_000_000;

    private State _state;
    private bool _stopIsAsked;
    private bool _watchIsAsked;

    /// <summary>The latest start, Unix nanoseconds; 0 before the first.</summary>
    public long StartedAt => _state.StartedAt;

    /// <summary>True once nothing more can arrive, as at the end of a recorded stream: that silence is no blindness.</summary>
    public bool IntakeHasEnded { get; set; }

    /// <summary>True while intake has stopped that had been steady.</summary>
    public bool IsBlind => _state.BlindSince > 0 && !IntakeHasEnded;

    /// <summary>True from the moment in which blindness was noticed until its fact is read back.</summary>
    public bool IsStopAsked => _stopIsAsked;

    /// <summary>When what waits through blindness is looked at again, in nanoseconds after the last look.</summary>
    public long LookAgainNanos => Math.Max(Second, Math.Min(options.BlindAfterNanos, options.SettleNanos));

    /// <summary>When intake counts as stopped if nothing arrives until then, Unix nanoseconds; long.MaxValue for never.</summary>
    public long StopsAt =>
        IsBlind || IntakeHasEnded || !IsSteady
            ? long.MaxValue
            : Math.Max(_state.LastRequest, _state.StartedAt) + options.BlindAfterNanos + 1;

    /// <summary>An entry of the journal is applied.</summary>
    /// <param name="arrival">When it arrived.</param>
    /// <param name="isRequest">True for a sender's request, of whatever signal; false for an entry of Baton's own.</param>
    public void Arrive(long arrival, bool isRequest)
    {
        _state.LastArrival = Math.Max(_state.LastArrival, arrival);
        if (!isRequest)
        {
            return;
        }
        if (_state.BlindSince > 0)
        {
            SeeAgain(_state.BlindSince, arrival);
        }
        if (arrival - _state.LastRequest > options.BlindAfterNanos)
        {
            _state.SteadySince = arrival;
        }
        _state.LastRequest = arrival;
    }

    /// <summary>A start, or the end of a suspension.</summary>
    /// <param name="now">When.</param>
    /// <param name="watchedUntil">How far time had run before, Unix nanoseconds; 0 if Baton had not watched yet.</param>
    public void Start(long now, long watchedUntil)
    {
        // What arrived while only the judging was held up, stands in the journal before the start: nothing of it was missed.
        var since = Math.Max(watchedUntil, _state.LastArrival);
        _state.StartedAt = now;
        if (since > 0)
        {
            CountLong(since, now);
        }
    }

    /// <summary>Intake has stopped: the fact is read back. A request may have come in between.</summary>
    /// <param name="since">The last request before it.</param>
    public void Stop(long since)
    {
        _stopIsAsked = false;
        if (_state.LastRequest > since)
        {
            SeeAgain(since, _state.LastRequest);
        }
        else
        {
            _state.BlindSince = since;
        }
    }

    /// <summary>Notes that the fact of a stop is on its way to the journal.</summary>
    /// <returns>The last request before it.</returns>
    public long AskStop()
    {
        _stopIsAsked = true;
        return _state.LastRequest;
    }

    /// <summary>
    /// Whether it must be written that Baton still watches: after a kill, the length of the gap in the journal says for how long nothing
    /// was seen, and on a quiet night nothing else is written.
    /// </summary>
    public bool AskWatching(long now)
    {
        if (_watchIsAsked || now - _state.LastArrival < Math.Max(Second, options.SenderRetryNanos / 5))
        {
            return false;
        }
        return _watchIsAsked = true;
    }

    /// <summary>The fact that Baton still watches is read back.</summary>
    public void Watching() => _watchIsAsked = false;

    /// <summary>The time before which nothing is concluded from the silence around something that arrived then.</summary>
    /// <param name="arrival">Its arrival, Unix nanoseconds.</param>
    public long HeldUntil(long arrival) => Math.Max(
        arrival < _state.StartedAt ? _state.StartedAt + options.SettleNanos : 0,
        _state.SeenAgainAt > 0 ? _state.SeenAgainAt + options.SettleNanos : 0);

    /// <summary>Whether something whose last sign arrived then has waited through a blindness longer than senders retry.</summary>
    public bool HasMissedSigns(long lastSign) => lastSign < _state.LongUntil;

    /// <summary>Whether nothing of all this concerns what was published since, and falls due then: it is judged as if Baton had always seen.</summary>
    /// <param name="published">When the first of it was, Unix nanoseconds.</param>
    /// <param name="due">When it falls due, Unix nanoseconds.</param>
    public bool IsUnbrokenSince(long published, long due) =>
        !IsBlind && !HasMissedSigns(published) && HeldUntil(published) + TimingWheel.SliceNanos <= due;

    /// <summary>Why nothing may be told at a time.</summary>
    public BlindGauges GaugesAt(long now) => new(
        now < _state.StartedAt + options.SettleNanos,
        IsBlind || (_state.SeenAgainAt > 0 && now < _state.SeenAgainAt + options.SettleNanos),
        (IsBlind && now - _state.BlindSince > options.SenderRetryNanos) || (_state.LongUntil > 0 && now < _state.LongUntil + options.SettleNanos));

    public void WriteTo(IBufferWriter<byte> output) => output.Write(MemoryMarshal.AsBytes([_state]));

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        _state = MemoryMarshal.Read<State>(input);
        input = input[Unsafe.SizeOf<State>()..];
    }

    private bool IsSteady => _state.LastRequest - _state.SteadySince >= (SteadyWindows - 1) * options.BlindAfterNanos;

    private void SeeAgain(long since, long now)
    {
        (_state.BlindSince, _state.SeenAgainAt) = (0, now);
        CountLong(since, now);
    }

    private void CountLong(long since, long until)
    {
        if (until - since > options.SenderRetryNanos)
        {
            _state.LongUntil = until;
        }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct State
    {
        public long StartedAt;
        public long LastArrival;
        public long LastRequest;

        /// <summary>The request from which on no gap has been longer than blind_after.</summary>
        public long SteadySince;

        /// <summary>The last request before the blindness that lasts; 0 while Baton sees.</summary>
        public long BlindSince;

        /// <summary>When the last one ended, and the last one that was longer than senders retry.</summary>
        public long SeenAgainAt;
        public long LongUntil;
    }
}
