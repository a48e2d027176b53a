using Google.Protobuf;

namespace Baton.Processor.Receive;

/// <summary>What became of a request.</summary>
/// <param name="Refusal">Why it was not taken; null if it was.</param>
/// <param name="Partial">The response of a request of which only a part was taken; null for an empty response, which means all.</param>
internal readonly record struct IntakeResult(Refusal? Refusal, IMessage? Partial = null);
