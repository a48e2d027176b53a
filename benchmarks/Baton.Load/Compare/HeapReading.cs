using System.Globalization;

namespace Baton.Load.Compare;

/// <summary>What a hop's garbage collector has done, by the hop's own metrics.</summary>
/// <param name="AllocatedBytes">Bytes allocated.</param>
/// <param name="Gen0">Collections of generation 0 alone.</param>
/// <param name="Gen1">Collections up to generation 1.</param>
/// <param name="Gen2">Collections of everything.</param>
internal sealed record HeapReading(double AllocatedBytes, double Gen0, double Gen1, double Gen2)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks; null where there is nobody to ask, or no answer.</summary>
    public static async Task<HeapReading?> TakeAsync(int adminPort, CancellationToken stop)
    {
        if (adminPort == 0) return null;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}"), Timeout = Patience };
        try
        {
            string[] lines = (await http.GetStringAsync("/metrics", stop)).Split('\n');
            // The library counts a collection of a generation for the younger ones too.
            double gen0 = Value(lines, "dotnet_collection_count_total{generation=\"0\"}");
            double gen1 = Value(lines, "dotnet_collection_count_total{generation=\"1\"}");
            double gen2 = Value(lines, "dotnet_collection_count_total{generation=\"2\"}");
            return new HeapReading(Value(lines, "baton_allocated_bytes_total"), gen0 - gen1, gen1 - gen2, gen2);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What has happened since.</summary>
    public HeapReading Since(HeapReading earlier) => new(AllocatedBytes - earlier.AllocatedBytes, Gen0 - earlier.Gen0, Gen1 - earlier.Gen1, Gen2 - earlier.Gen2);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Gen0:F0}, {Gen1:F0}, {Gen2:F0}");

    private static double Value(string[] lines, string name) =>
        Array.Find(lines, line => line.StartsWith(name + " ", StringComparison.Ordinal)) is { } line
            && double.TryParse(line[(name.Length + 1)..].Split(' ')[0], CultureInfo.InvariantCulture, out double value) ? value : 0;
}
