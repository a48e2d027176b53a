using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Baton.Continuity.Join;

namespace Baton.Continuity.Scan;

/// <summary>
/// Finds the job ids of the scanned span and writes each as a text: a hash of the key's attribute names and the values, 16 bytes,
/// then the values for people. One per scanner; nothing is allocated per span.
/// </summary>
/// <remarks>
/// Values are compared by what they say, not by their type: the integer 7, the double 7 and the text "7" are one job id, as libraries
/// disagree about the type. An empty text, bytes, arrays and maps are no value, and a key that lacks a value is left out.
/// </remarks>
internal sealed class JobIdTexts
{
    /// <summary>Bytes of the hash that stands before the text.</summary>
    public const int HashLength = 16;

    /// <summary>Bytes of the values that are kept for people; longer ones are cut there, and hashed whole.</summary>
    public const int MaxText = 64;

    private const int LongestNumber = 32;

    private const int UsualMessage = 512;

    // What a longer value made it grow to is not kept.
    private const int MaxKept = 64 << 10;

    private readonly Key[] _keys;
    // What is hashed, put together first: hashing it at once takes a third of the time that hashing it piece by piece does.
    private readonly byte[] _record = new byte[HashLength + MaxText];
    private byte[] _message = new byte[UsualMessage];
    private int _messageLength;

    /// <summary>Binds the keys of a plan; their attributes get slots.</summary>
    public JobIdTexts(JobIdKeys keys, KeyIndex attributes) => _keys = [.. keys.All.Select(key => new Key(key, attributes))];

    /// <summary>Appends a text for each key of which the span has all attributes.</summary>
    /// <returns>How many there are.</returns>
    public ushort Append(in SpanView span, EventWriter events)
    {
        ushort count = 0;
        for (var place = 0; place < _keys.Length; place++)
        {
            if (TryRead(span, _keys[place], out var length))
            {
                events.AppendText(TextKind.JobId, _record.AsSpan(0, length), place);
                count++;
            }
        }
        return count;
    }

    private bool TryRead(in SpanView span, Key key, out int length)
    {
        length = HashLength;
        Span<byte> number = stackalloc byte[LongestNumber];
        _messageLength = 0;
        Put(key.Seed);
        foreach (var attribute in key.Attributes)
        {
            var value = ValueOf(span, attribute.Slot, number);
            if (value.IsEmpty)
            {
                value = ValueOf(span, attribute.LegacySlot, number);
            }
            if (value.IsEmpty)
            {
                return false;
            }
            var size = value.Length;
            Put(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref size, 1)));
            Put(value);
            if (!key.IsMessageId)
            {
                length = Show(value, length);
            }
        }
        XxHash128.Hash(_message.AsSpan(0, _messageLength), _record);
        if (_message.Length > MaxKept)
        {
            _message = new byte[UsualMessage];
        }
        return true;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_messageLength + bytes.Length > _message.Length)
        {
            Array.Resize(ref _message, Math.Max(_messageLength + bytes.Length, _message.Length * 2));
        }
        bytes.CopyTo(_message.AsSpan(_messageLength));
        _messageLength += bytes.Length;
    }

    private int Show(ReadOnlySpan<byte> value, int length)
    {
        if (length > HashLength && length < _record.Length)
        {
            _record[length++] = (byte)'/';
        }
        var taken = Math.Min(value.Length, _record.Length - length);
        while (taken < value.Length && taken > 0 && (value[taken] & 0xC0) == 0x80)
        {
            taken--; // not within a character
        }
        value[..taken].CopyTo(_record.AsSpan(length));
        return length + taken;
    }

    private static ReadOnlySpan<byte> ValueOf(in SpanView span, int slot, Span<byte> number)
    {
        if (slot < 0)
        {
            return default;
        }
        var value = span.Fields.Attributes[slot];
        var written = 0;
        switch (value.Kind)
        {
            case ValueKind.String:
                return span.Text(value);
            case ValueKind.Int:
                Utf8Formatter.TryFormat(value.Bits, number, out written);
                break;
            case ValueKind.Bool:
                Utf8Formatter.TryFormat(value.Bits != 0, number, out written, 'l');
                break;
            case ValueKind.Double:
                Utf8Formatter.TryFormat(BitConverter.Int64BitsToDouble(value.Bits), number, out written);
                break;
        }
        return number[..written];
    }

    /// <summary>A key with the slots of its attributes.</summary>
    private sealed class Key
    {
        public Key(JobIdKey key, KeyIndex attributes)
        {
            Attributes = [.. key.Attributes.Select(name => (attributes.Add(name), WellKnownKeys.LegacyOf(name) is { } legacy ? attributes.Add(legacy) : -1))];
            IsMessageId = key.Attributes is [WellKnownKeys.MessageId];
            // "job id" keeps these hashes apart from everything else that is hashed; lengths keep ["a", "bc"] apart from ["ab", "c"].
            var names = string.Concat(key.Attributes.Select(name => $"{name.Length}:{name}"));
            Seed = XxHash128.Hash(Encoding.UTF8.GetBytes($"job id {names}"));
        }

        public (int Slot, int LegacySlot)[] Attributes { get; }

        /// <summary>What begins every hash of this key.</summary>
        public byte[] Seed { get; }

        /// <summary>The message id stands in the record by itself, and need not be shown twice.</summary>
        public bool IsMessageId { get; }
    }
}
