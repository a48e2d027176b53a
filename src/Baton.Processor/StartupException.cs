namespace Baton.Processor;

/// <summary>
/// Baton cannot start (or go on starting) for a reason outside its code: a port that is taken, a data directory that another process
/// holds. The message is written for the operator: what was wrong, where, and what to do. The command line prints it and exits with 1,
/// without a stack trace.
/// </summary>
#pragma warning disable CA1032 // Every use has a message for the operator; a parameterless constructor would permit an empty one.
internal sealed class StartupException : Exception
#pragma warning restore CA1032
{
    /// <summary>Creates the exception with its message for the operator.</summary>
    public StartupException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
