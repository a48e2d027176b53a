using System.Globalization;
using Baton.Load.Generate;

namespace Baton.Load.Compare;

/// <summary>One kind of load.</summary>
/// <param name="Spans">Spans a request.</param>
/// <param name="Gzip">Whether requests are compressed.</param>
/// <param name="Rate">Spans a second; 0 is what `--rate` says.</param>
internal sealed record LoadShape(int Spans, bool Gzip, double Rate = 0)
{
    public int InFlight => LoadOptions.DefaultInFlight(Spans);

    /// <summary>As it is written on the command line: `512`, `50`, `512-gzip`, `512@50000`.</summary>
    public static LoadShape? Parse(string text)
    {
        string[] parts = text.Split('@');
        bool gzip = parts[0].EndsWith("-gzip", StringComparison.Ordinal);
        string number = gzip ? parts[0][..^"-gzip".Length] : parts[0];
        double rate = 0;
        bool valid = int.TryParse(number, out int spans) && spans > 0
            && (parts.Length == 1 || (parts.Length == 2 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out rate) && rate > 0));
        return valid ? new LoadShape(spans, gzip, rate) : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Spans} {(Gzip ? "gzip" : "plain")}{(Rate > 0 ? $" at {Rate:F0}/s" : "")}");
}

/// <summary>What a comparison does.</summary>
/// <param name="Rounds">How often every hop meets every load.</param>
/// <param name="Loads">The loads of a round.</param>
/// <param name="Rate">Spans a second of loads that name no rate; 0 is full speed.</param>
/// <param name="WarmUp">Seconds of load before what is counted.</param>
/// <param name="Duration">Seconds that are counted.</param>
/// <param name="JobLag">As `generate --job-lag`.</param>
/// <param name="GzipPool">As `generate --gzip-pool`.</param>
/// <param name="Cores">How many of the machine's processors a hop may use; 0 is all. Generator and sink use what they like.</param>
/// <param name="Data">Directory in which each hop gets a temporary one.</param>
/// <param name="Results">Directory that the report goes to.</param>
internal sealed record CompareOptions(
    int Rounds, IReadOnlyList<LoadShape> Loads, double Rate, double WarmUp, double Duration, int JobLag, int GzipPool, int Cores,
    string Data, string Results);
