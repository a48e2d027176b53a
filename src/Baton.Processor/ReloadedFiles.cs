using System.Security.Cryptography;

namespace Baton.Processor;

/// <summary>
/// Something that is made from files, and made anew when they change: certificates, tokens. What it was stays in force while the files
/// cannot be read, and that is said once. The files are looked at every few seconds (<see cref="FileFingerprint"/>).
/// </summary>
/// <typeparam name="T">What is made.</typeparam>
internal sealed class ReloadedFiles<T> : IDisposable
    where T : class
{
    private readonly IReadOnlyList<string> _files;
    private readonly Func<T> _read;
    private readonly string _key;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private byte[] _seen;
    private volatile T _current;

    /// <summary>Makes it for the first time.</summary>
    /// <param name="key">The option that names the files, for messages.</param>
    /// <param name="files">What it is made from.</param>
    /// <param name="read">Makes it. Throws what it cannot be made for; the message is shown.</param>
    /// <param name="time">Times the looks.</param>
    /// <param name="logger">Is told of changes, and of what is wrong.</param>
    /// <exception cref="StartupException">It cannot be made.</exception>
    public ReloadedFiles(string key, IReadOnlyList<string> files, Func<T> read, TimeProvider time, ILogger logger)
    {
        (_key, _files, _read, _logger) = (key, files, read, logger);
        _seen = FileFingerprint.Of(_files);
        try
        {
            _current = read();
        }
        catch (Exception e) when (IsFault(e))
        {
            throw new StartupException($"{key}: {e.Message}", e);
        }
        _timer = time.CreateTimer(_ => Look(), null, FileFingerprint.Period, FileFingerprint.Period);
    }

    /// <summary>What is in force.</summary>
    public T Current => _current;

    /// <summary>Looks whether the files have changed. Called by the timer; a caller that knows of a change need not wait for it.</summary>
    public void Look()
    {
        lock (_gate)
        {
            var found = FileFingerprint.Of(_files);
            if (found.AsSpan().SequenceEqual(_seen)) return;
            _seen = found;
            try
            {
                _current = _read();
                _logger.LogInformation("{Key}: read again, as {Files} changed.", _key, string.Join(", ", _files));
            }
            catch (Exception e) when (IsFault(e))
            {
                _logger.LogError("{Key}: {Files} changed, but cannot be used: {Reason}. What was in force stays. Correct the file.", _key, string.Join(", ", _files), e.Message);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static bool IsFault(Exception e) => e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or InvalidDataException;
}
