namespace Baton.Continuity.Tests;

/// <summary>How often generated tests are played: seldom while tests/mutation tries thousands of mutants with them.</summary>
internal static class Iterations
{
    public static int Of(int usual, int withMutants) =>
#if MUTATION
        withMutants;
#else
        usual;
#endif
}
