namespace Baton.Continuity.Scan;

/// <summary>OTLP's span kinds, by their numbers on the wire.</summary>
public enum SpanKind : byte
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>Inside an application.</summary>
    Internal,

    /// <summary>Serves a request.</summary>
    Server,

    /// <summary>Makes a request.</summary>
    Client,

    /// <summary>Publishes for later.</summary>
    Producer,

    /// <summary>Works on what was published.</summary>
    Consumer,
}
