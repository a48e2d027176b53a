namespace Baton.Fuzzing.Targets;

/// <summary>Small requests that are malformed, or odd, each in a way of its own.</summary>
internal static class MalformedRequests
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        [0x0A, 0x80],
        [0x08, 0x80, 0x80],
        [0x08, .. Enumerable.Repeat((byte)0x80, 11)],
        [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        [0x00, 0x01],
        [0x0F, 0x01],
        [0x0B, 0x08, 0x01, 0x0C],
        [0x0B, 0x13, 0x14, 0x0C],
        [0x0C],
        [0x0B, 0x14],
        // A resource with an attribute whose key is not UTF-8.
        Field(1, Field(1, Field(1, [0x0A, 0x02, 0xC3, 0x28]))),
        // A scope whose name is not UTF-8, with a span.
        Field(1, Field(2, [.. Field(1, [0x0A, 0x01, 0xFF]), .. Field(2, Ids(1, 2))])),
        // A span whose name is not UTF-8 between two good ones; one without ids; one with a parent of seven bytes.
        Field(1, Field(2, [.. Field(2, Ids(1, 2)), .. Field(2, [.. Ids(1, 3), 0x2A, 0x01, 0x80]), .. Field(2, Ids(1, 4))])),
        Field(1, Field(2, [.. Field(2, []), .. Field(2, [.. Ids(1, 5), .. Field(4, new byte[7])])])),
        // The resource after its spans, and in two pieces.
        Field(1, [.. Field(2, Field(2, [.. Ids(6, 7), 0x30, 0x05])), .. Field(1, Attribute("service.name", "a")), .. Field(1, Attribute("service.namespace", "b"))]),
        // A length in more bytes than it needs.
        [0x0A, 0x82, 0x80, 0x00, 0x12, 0x00],
        Nested(60),
        Nested(110),
    ];

    /// <summary>A length-delimited field.</summary>
    public static byte[] Field(int number, byte[] body)
    {
        var head = new List<byte> { (byte)(number << 3 | 2) };
        var length = body.Length;
        for (; length >= 0x80; length >>= 7)
            head.Add((byte)(length | 0x80));
        return [.. head, (byte)length, .. body];
    }

    private static byte[] Ids(byte trace, byte span) => [.. Field(1, [.. Enumerable.Repeat(trace, 16)]), .. Field(2, [.. Enumerable.Repeat(span, 8)])];

    private static byte[] Attribute(string key, string value) =>
        Field(1, [.. Field(1, System.Text.Encoding.UTF8.GetBytes(key)), .. Field(2, Field(1, System.Text.Encoding.UTF8.GetBytes(value)))]);

    // A span with an attribute whose value is a list in a list in a list…
    private static byte[] Nested(int depth)
    {
        byte[] value = [];
        for (var i = 0; i < depth; i++)
            value = Field(5, Field(1, value));
        return Field(1, Field(2, Field(2, [.. Ids(1, 1), .. Field(9, Field(2, value))])));
    }
}
