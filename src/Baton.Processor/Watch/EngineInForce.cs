using Baton.Continuity.Judge;

namespace Baton.Processor.Watch;

/// <summary>
/// The engine that judges now. When the relays of the configuration change it gives way to one with the new ones, at the very place in the
/// journal that says so, as a restart would but without a gap in what is watched. The watch leg's thread only, unless said otherwise.
/// </summary>
internal sealed class EngineInForce(Engine engine)
{
    private Func<Engine>? _next;

    /// <summary>The engine.</summary>
    public Engine Engine { get; private set; } = engine;

    /// <summary>What judges from the next declaration of relays on. Any thread.</summary>
    public void Announce(Func<Engine> next) => Interlocked.Exchange(ref _next, next);

    /// <summary>Takes it back, as the declaration could not be written. Any thread.</summary>
    public void Withdraw() => Interlocked.Exchange(ref _next, null);

    /// <summary>The relays have been declared anew: goes on with the engine that was announced, if one was. Between epochs.</summary>
    /// <param name="leaving">Gets the old engine, to take from it what it still has to say.</param>
    public bool TryReplace(Action<Engine> leaving)
    {
        if (Interlocked.Exchange(ref _next, null) is not { } create) return false;
        leaving(Engine);
        var tables = new System.Buffers.ArrayBufferWriter<byte>();
        Engine.WriteCheckpoint(tables);
        var next = create();
        next.Recover(tables.WrittenSpan);
        Engine = next;
        return true;
    }
}
