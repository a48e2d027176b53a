using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Baton.Processor.Tests.Json;

/// <summary>Messages with every kind of field filled, or not, at random; the same seed gives the same message.</summary>
internal sealed class RandomMessage(int seed)
{
    private static readonly string[] Texts = ["", "orders", "Grüße, 世界 👋", "quote \" back \\ slash / tab \t line \n nul \0", new('x', 300)];

    private readonly Random _random = new(seed);

    public T Make<T>() where T : IMessage, new()
    {
        var message = new T();
        Fill(message, 0);
        return message;
    }

    private void Fill(IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            // Values nest in values; the tree must end.
            if (_random.Next(3) == 0 || (depth > 8 && field.FieldType == FieldType.Message))
                continue;
            if (field.RealContainingOneof is { } oneOf && oneOf.Accessor.GetCaseFieldDescriptor(message) is not null)
                continue;
            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var left = _random.Next(4); left > 0; left--)
                    list.Add(Value(field, depth));
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, depth));
            }
        }
    }

    private object Value(FieldDescriptor field, int depth)
    {
        switch (field.FieldType)
        {
            case FieldType.Message:
                var message = field.MessageType.Parser.ParseFrom([]);
                Fill(message, depth + 1);
                return message;
            case FieldType.Enum:
                return Enum.ToObject(field.EnumType.ClrType, _random.Next(4));
            case FieldType.String:
                return Texts[_random.Next(Texts.Length)];
            case FieldType.Bytes:
                var bytes = new byte[_random.Next(3) * 8];
                _random.NextBytes(bytes);
                return ByteString.CopyFrom(bytes);
            case FieldType.Bool:
                return _random.Next(2) == 0;
            case FieldType.Double:
                return _random.Next(5) switch { 0 => 0.0, 1 => double.NaN, 2 => double.NegativeInfinity, 3 => 0.1, _ => BitConverter.Int64BitsToDouble(_random.NextInt64()) };
            case FieldType.Int32 or FieldType.SInt32:
                return _random.Next(3) == 0 ? 0 : _random.Next(int.MinValue, int.MaxValue);
            case FieldType.UInt32 or FieldType.Fixed32:
                return (uint)_random.NextInt64(uint.MaxValue);
            case FieldType.Int64 or FieldType.SFixed64:
                return _random.NextInt64(long.MinValue, long.MaxValue);
            default:
                return _random.Next(3) == 0 ? 0ul : (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
        }
    }
}
