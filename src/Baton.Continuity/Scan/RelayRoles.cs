using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

// Part of the layout of the event section of a journal entry (EventRecords.cs): a change needs a new version of the journal.

/// <summary>One relay's given conditions that a span meets.</summary>
/// <param name="Relay">Index of the relay in the configuration's order.</param>
/// <param name="Roles">Which of its conditions.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct RelayRole(ushort Relay, RelayRoles Roles);

/// <summary>Consumer-side roles that a relay's own conditions give a span.</summary>
[Flags]
public enum RelayRoles : byte
{
    /// <summary>No role.</summary>
    None = 0,

    /// <summary>Meets the relay's given `acknowledge`.</summary>
    Acknowledge = 1,

    /// <summary>Meets the relay's given `complete`.</summary>
    Complete = 2,

    /// <summary>Meets the relay's `dead_letter`.</summary>
    DeadLetter = 4,
}
