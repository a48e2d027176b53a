using System.Runtime.InteropServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Join;
using Baton.Continuity.Learn;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// Moves all shards together: messages go round until none is left, changes are committed, time passes slice by slice. What the shards
/// give out is merged here, in an order that does not depend on their number. Rounds.Collecting.cs: how. Rounds.Evicting.cs: what goes when too much is open.
/// </summary>
internal sealed partial class Rounds(Shard[] shards, Shared shared, OutputQueue outputs, Action<int, Action<int>>? runShards)
{
    private readonly Shard[] _shards = shards;
    private readonly Action<int, Action<int>> _runShards = runShards ?? RunInTurn;

    // Made once: there are rounds by the hundred in a second.
    private readonly Action<int> _runSlice = i => shards[i].RunSlice();
    private readonly Action<int> _runRound = i => shards[i].RunRound();
    private readonly Action<int> _commit = i => shards[i].Commit();
    private long _at;

    /// <summary>Whether a message waits for the next exchange.</summary>
    public bool HasMessages { get; private set; }

    public void Deliver(in Message message)
    {
        _shards[ShardOf(message.Key)].Inbox.Add(message);
        HasMessages = true;
    }

    /// <summary>Builds the wheels and the counts anew from the stores.</summary>
    public void Recover()
    {
        _runShards(_shards.Length, i => _shards[i].Recover());
        _at = shared.Now;
        Collect();
    }

    /// <summary>Brings the stores up to date.</summary>
    public void Flush() => _runShards(_shards.Length, i => _shards[i].Flush());

    /// <summary>Applies what was delivered, and commits it.</summary>
    public void Settle() => SettleAt(shared.Now);

    private void SettleAt(long now)
    {
        _at = now;
        Exchange();
        Commit();
        HasMessages = false;
    }

    /// <summary>Whether deadlines have passed that are not told yet.</summary>
    public bool HasHeld => Array.Exists(_shards, static shard => shard.Context.Held.Any);

    /// <summary>Says how many deadlines may be told from here on.</summary>
    public void MakeRoom(int deadlines)
    {
        foreach (var shard in _shards)
        {
            shard.Context.Room = Math.Max(1, deadlines / _shards.Length);
        }
    }

    /// <summary>Asks again the traces whose deadlines passed while none might be told, as many as there is room for.</summary>
    public void RunHeld(long now)
    {
        SetMayTell(true);
        do
        {
            _runShards(_shards.Length, i => _shards[i].RunHeld(now));
            SettleAt(now);
        }
        while (Array.Exists(_shards, static shard => shard.CanRunHeld));
    }

    /// <summary>Relays have changed: see <see cref="Shard.DoubtAll"/>.</summary>
    public void DoubtAll() => Array.ForEach(_shards, static shard => shard.DoubtAll());

    /// <summary>Decides what was due by a time, slice by slice over all shards.</summary>
    public void Advance(long now, bool mayTell)
    {
        SetMayTell(mayTell);
        shared.Now = Math.Max(shared.Now, now);
        var last = now / TimingWheel.SliceNanos;
        var slice = 0L;
        while (slice < last)
        {
            slice = last;
            foreach (var shard in _shards)
            {
                slice = Math.Min(slice, shard.NextStop(last));
            }
            var any = false;
            foreach (var shard in _shards)
            {
                shard.MoveTo(slice);
                any |= shard.HasWakes;
            }
            if (any)
            {
                _runShards(_shards.Length, _runSlice);
                SettleAt(slice * TimingWheel.SliceNanos);
            }
        }
    }

    private static void RunInTurn(int count, Action<int> body)
    {
        for (var i = 0; i < count; i++)
        {
            body(i);
        }
    }

    private int ShardOf(TraceId trace) =>
        _shards.Length == 1 ? 0 : (int)(((trace.High ^ trace.Low) * 0x9E3779B97F4A7C15UL >> 32) % (ulong)_shards.Length);

    private void SetMayTell(bool mayTell)
    {
        foreach (var shard in _shards)
        {
            shard.Context.MayTell = mayTell;
        }
    }

    /// <summary>Rounds: the shards apply what is in their inboxes, and what they send is delivered, until nobody has sent anything.</summary>
    private void Exchange()
    {
        while (true)
        {
            foreach (var shard in _shards)
            {
                foreach (ref readonly var message in CollectionsMarshal.AsSpan(shard.Context.Outbox))
                {
                    _shards[ShardOf(message.Key)].Inbox.Add(message);
                }
                shard.Context.Outbox.Clear();
            }
            if (Array.TrueForAll(_shards, static shard => shard.Inbox.Count == 0))
            {
                return;
            }
            _runShards(_shards.Length, _runRound);
        }
    }

    private void Commit()
    {
        _runShards(_shards.Length, _commit);
        Collect();
    }
}
