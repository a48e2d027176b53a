using System.Text.Json;

namespace Baton.Testing;

/// <summary>The recorded requests of real SDKs in the folder Captures; its README tells what happened in each scenario.</summary>
public static class Captures
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Captures");

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Names of all scenarios, such as "node-amqplib/01-normal", in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Root, "arrivals.jsonl", SearchOption.AllDirectories).Select(NameOf).Order(StringComparer.Ordinal)];

    /// <summary>All scenarios, in the order of <see cref="Names"/>.</summary>
    public static IEnumerable<CaptureScenario> All => Names.Select(Scenario);

    /// <summary>Reads one scenario by its name.</summary>
    public static CaptureScenario Scenario(string name)
    {
        var folder = Path.Combine(Root, name);
        var arrivals = File.ReadLines(Path.Combine(folder, "arrivals.jsonl"))
            .Select(line => JsonSerializer.Deserialize<Arrival>(line, SnakeCase)!)
            .OrderBy(arrival => arrival.Seq);
        return new CaptureScenario(name, [.. arrivals.Select(arrival => Read(folder, arrival))]);
    }

    private static CapturedRequest Read(string folder, Arrival arrival)
    {
        var body = File.ReadAllBytes(Path.Combine(folder, arrival.File));
        if (body.Length != arrival.Bytes)
            throw new InvalidDataException($"{folder}/{arrival.File} has {body.Length} bytes; arrivals.jsonl says {arrival.Bytes}.");
        return new CapturedRequest(
            arrival.File,
            arrival.Service,
            arrival.ArrivedUnixMs * 1_000_000,
            arrival.Transport == "grpc" ? CaptureTransport.Grpc : CaptureTransport.Http,
            arrival.Path,
            arrival.ContentType,
            arrival.UserAgent,
            body);
    }

    private static string NameOf(string arrivals) =>
        Path.GetRelativePath(Root, Path.GetDirectoryName(arrivals)!).Replace(Path.DirectorySeparatorChar, '/');

    private sealed record Arrival(
        int Seq,
        long ArrivedUnixMs,
        string Transport,
        string Path,
        string ContentType,
        string UserAgent,
        string Service,
        int Bytes,
        string File);
}
