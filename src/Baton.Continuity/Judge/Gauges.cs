namespace Baton.Continuity.Judge;

/// <summary>How many handoffs of a relay are open.</summary>
/// <param name="Relay">The relay's name.</param>
/// <param name="Waiting">Published, not picked up.</param>
/// <param name="Running">Picked up, not completed.</param>
/// <param name="Missed">Past a deadline that was told, and not completed.</param>
/// <param name="OldestPublishedUnixNanos">When the oldest of them was published, to the second; 0 if none is open.</param>
public readonly record struct RelayGauges(string Relay, long Waiting, long Running, long Missed, long OldestPublishedUnixNanos);

/// <summary>Why silence proves nothing at the moment. That the watch leg lags, its owner knows.</summary>
/// <param name="Recovery">What was published before the last start is held back.</param>
/// <param name="IntakeStopped">Intake had been steady and stopped, or has come back within `settle`.</param>
/// <param name="SenderRetry">It lasted longer than senders retry: what waited through it will be `unknown`, unless it settles.</param>
public readonly record struct BlindGauges(bool Recovery, bool IntakeStopped, bool SenderRetry);

/// <summary>Whether a channel's handoffs may be told missing.</summary>
/// <param name="Relay">The relay's name.</param>
/// <param name="Destination">The destination's name; empty where spans give none.</param>
/// <param name="Armed">True if they may.</param>
public readonly record struct ChannelGauge(string Relay, string Destination, bool Armed);

/// <summary>The deadline that a channel has learned.</summary>
/// <param name="Relay">The relay's name.</param>
/// <param name="Destination">The destination's name; empty where spans give none.</param>
/// <param name="Seconds">From publication to completion.</param>
public readonly record struct LearnedDeadlineGauge(string Relay, string Destination, double Seconds);

/// <summary>What waits in a channel.</summary>
/// <param name="Relay">The relay's name.</param>
/// <param name="System">messaging.system; empty where spans give none.</param>
/// <param name="Destination">The destination's name; empty where spans give none.</param>
/// <param name="RoutingKey">The routing key; empty where spans give none.</param>
/// <param name="Backlog">Armed handoffs that were published and not picked up, and of which nothing was told.</param>
/// <param name="Growth">By how much that grew over the window; negative where it shrank.</param>
/// <param name="PickUps">Handoffs picked up within the window.</param>
public readonly record struct BacklogGauge(string Relay, string System, string Destination, string RoutingKey, int Backlog, int Growth, int PickUps);
