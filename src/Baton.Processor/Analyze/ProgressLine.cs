using System.Globalization;
using Baton.Processor.Analyze.Reports;

namespace Baton.Processor.Analyze;

/// <summary>On a terminal, one line that tells how far the reading has come; elsewhere nothing. One thread.</summary>
/// <param name="error">Standard error.</param>
/// <param name="isTerminal">Whether a line can be written over.</param>
/// <param name="time">Tells when the next line is due.</param>
internal sealed class ProgressLine(TextWriter error, bool isTerminal, TimeProvider time)
{
    private const string EraseLine = "\r\u001b[K";
    private const double Mebi = 1 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly long _begun = time.GetTimestamp();
    private long _shown;
    private bool _visible;

    /// <summary>On this process's standard error, or on what stands in for it.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="environment">Answers the value of an environment variable; <c>TERM</c> matters.</param>
    /// <param name="time">The clock.</param>
    public static ProgressLine On(TextWriter error, Func<string, string?> environment, TimeProvider time) =>
        new(error, ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && environment("TERM") is not (null or "" or "dumb"), time);

    /// <summary>Shows how far it is, if it is time to.</summary>
    /// <param name="bytes">Bytes read.</param>
    /// <param name="total">Bytes of all inputs; null where that is not known.</param>
    /// <param name="spans">Spans read.</param>
    /// <param name="open">Traces of which something is known.</param>
    public void Show(long bytes, long? total, long spans, long open)
    {
        if (!isTerminal || (_visible && time.GetElapsedTime(_shown) < Interval))
            return;
        _shown = time.GetTimestamp();
        _visible = true;
        var seconds = Math.Max(time.GetElapsedTime(_begun).TotalSeconds, 0.001);
        var size = total is { } all and > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebi:N0} of {all / Mebi:N0} MiB ({100.0 * bytes / all:0} %)")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebi:N0} MiB");
        error.Write($"{EraseLine}{size}, {Figures.Count(spans)} spans, {Figures.Count((long)(spans / seconds))}/s, {Figures.Count(open)} traces open");
        error.Flush();
    }

    /// <summary>Removes the line, so that something else can be written.</summary>
    public void Clear()
    {
        if (_visible)
            error.Write(EraseLine);
        _visible = false;
    }
}
