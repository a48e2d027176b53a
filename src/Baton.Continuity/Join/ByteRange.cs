namespace Baton.Continuity.Join;

/// <summary>A piece of a trace's bytes.</summary>
internal readonly record struct ByteRange(int Offset, int Length);
