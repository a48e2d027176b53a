namespace Baton.Processor.Watch;

/// <summary>Judging failed, which is a bug. The message says on which entries.</summary>
#pragma warning disable CA1032 // Every use says where.
internal sealed class WatchException(string message, Exception inner) : Exception(message, inner);
#pragma warning restore CA1032
