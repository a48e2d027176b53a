using System.Buffers;

namespace Baton.Processor.Analyze.Input;

/// <summary>A piece of an input: whole lines, or one whole request. Its memory is pooled, and belongs to it.</summary>
internal sealed class InputBlock(InputFile input, InputFormat format, byte[] array, int start, int length, long firstLine) : IDisposable
{
    /// <summary>Where it comes from.</summary>
    public InputFile Input => input;

    /// <summary>What it holds.</summary>
    public InputFormat Format => format;

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Bytes => array.AsSpan(start, length);

    /// <summary>The number of its first line in the input, from 1.</summary>
    public long FirstLine => firstLine;

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(array);
}

/// <summary>An input that cannot be read to its end.</summary>
/// <param name="message">Which, why, and what to do.</param>
internal sealed class InputException(string message) : Exception(message);
