namespace Baton.Load.Compare;

/// <summary>Something outside this process is not as it must be: the message says what, and what to do. Ends the comparison.</summary>
internal sealed class RigFailure(string message) : Exception(message);
