namespace Baton.Processor.Configuration;

/// <summary>Where a configuration comes from, to read it again when it may have changed.</summary>
/// <param name="files">Paths, as given; later ones override earlier ones.</param>
/// <param name="settings"><c>key=value</c>, as given; over the files.</param>
/// <param name="environment">Answers the value of an environment variable, or null.</param>
internal sealed class ConfigurationSource(IReadOnlyList<string> files, IReadOnlyList<string> settings, Func<string, string?> environment)
{
    /// <summary>The files.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>Reads it, as it is now.</summary>
    public ConfigurationResult Load() => BatonConfiguration.Load(files, settings, environment);
}
