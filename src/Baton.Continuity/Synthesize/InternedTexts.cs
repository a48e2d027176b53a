using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Baton.Continuity.Scan;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;

namespace Baton.Continuity.Synthesize;

/// <summary>Texts that were interned together, one by one or as a resource.</summary>
internal static class InternedTexts
{
    /// <summary>A resource from the texts of its event record; the names that were not given are left out.</summary>
    public static Resource ResourceOf(ReadOnlySpan<byte> texts)
    {
        var resource = new Resource();
        foreach (var (kind, value) in Texts(texts))
        {
            var key = kind switch
            {
                TextKind.ServiceName => "service.name",
                TextKind.ServiceNamespace => "service.namespace",
                TextKind.ServiceInstance => "service.instance.id",
                _ => "deployment.environment.name",
            };
            resource.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { StringValue = value } });
        }
        return resource;
    }

    /// <summary>One text of those that were interned together; empty where it was not given.</summary>
    public static string TextOf(ReadOnlySpan<byte> texts, TextKind kind) => Encoding.UTF8.GetString(BytesOf(texts, kind));

    /// <summary>The UTF-8 bytes of <see cref="TextOf"/>.</summary>
    public static ReadOnlySpan<byte> BytesOf(ReadOnlySpan<byte> texts, TextKind kind)
    {
        while (!texts.IsEmpty)
        {
            var head = MemoryMarshal.Read<EventText>(texts);
            var value = texts.Slice(Unsafe.SizeOf<EventText>(), head.Length);
            if (head.Kind == kind)
            {
                return value;
            }
            texts = texts[(Unsafe.SizeOf<EventText>() + head.Length)..];
        }
        return default;
    }

    private static List<(TextKind Kind, string Value)> Texts(ReadOnlySpan<byte> texts)
    {
        var found = new List<(TextKind, string)>();
        while (!texts.IsEmpty)
        {
            var head = MemoryMarshal.Read<EventText>(texts);
            found.Add((head.Kind, Encoding.UTF8.GetString(texts.Slice(Unsafe.SizeOf<EventText>(), head.Length))));
            texts = texts[(Unsafe.SizeOf<EventText>() + head.Length)..];
        }
        return found;
    }
}
