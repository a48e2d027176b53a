namespace Baton.Continuity.Judge;

/// <summary>What a producing span says of its own job, in an attribute that its relay names.</summary>
public enum StatedTerm : byte
{
    /// <summary>`deadline_attribute`.</summary>
    Deadline,

    /// <summary>`not_before_attribute`.</summary>
    NotBefore,

    /// <summary>`expect.count_attribute`.</summary>
    Count,
}
