namespace Baton.Fuzzing;

/// <summary>One part of Baton that reads what others wrote, and what must be true of it for any bytes.</summary>
internal abstract class FuzzTarget
{
    /// <summary>All targets.</summary>
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new SortedDictionary<string, Func<FuzzTarget>>(StringComparer.Ordinal)
    {
        ["conditions"] = () => new Targets.ConditionTarget(),
        ["framing"] = () => new Targets.FramingTarget(),
        ["journal"] = () => new Targets.JournalTarget(),
        ["json"] = () => new Targets.JsonTarget(),
        ["scanner"] = () => new Targets.ScannerTarget(),
    };

    /// <summary>Inputs longer than this tell nothing that shorter ones do not, and take long.</summary>
    public virtual int MaxLength => 8192;

    /// <summary>Runs one input. Keeps nothing from one to the next that could change what happens.</summary>
    /// <exception cref="FindingException">Something that must be true is not. Every other exception is a finding too.</exception>
    public abstract void Run(byte[] input);

    /// <summary>Inputs to grow from: what real senders sent, what the tests know to be malformed.</summary>
    public abstract IEnumerable<byte[]> Seeds();
}

/// <summary>Something that must be true of a target is not.</summary>
internal sealed class FindingException(string message) : Exception(message)
{
    /// <summary>Throws unless both are equal.</summary>
    public static void Unless<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new FindingException($"{what}: {Show(actual)} instead of {Show(expected)}");
    }

    /// <summary>Throws unless both lists have equal elements.</summary>
    public static void UnlessSame<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
            throw new FindingException($"{what}:\n  {string.Join("\n  ", actual)}\ninstead of\n  {string.Join("\n  ", expected)}");
    }

    /// <summary>Throws unless it holds.</summary>
    public static void Unless(bool holds, string what)
    {
        if (!holds)
            throw new FindingException(what);
    }

    private static string Show<T>(T value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}";
}
