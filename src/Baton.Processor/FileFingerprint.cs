using System.Security.Cryptography;

namespace Baton.Processor;

/// <summary>
/// Tells whether small files have changed, by what is in them: what watches files (inotify) misses the symbolic links by which orchestrators
/// replace secrets and configurations, and a time of change may be the same.
/// </summary>
internal static class FileFingerprint
{
    /// <summary>How often they are looked at.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>The same for the same content. A file that cannot be read counts as one without any.</summary>
    public static byte[] Of(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            try
            {
                hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                hash.AppendData([0]);
            }
        }
        return hash.GetHashAndReset();
    }
}
