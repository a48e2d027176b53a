using Baton.Load.Generate;

namespace Baton.Load.Compare;

/// <summary>One kind of load.</summary>
/// <param name="Spans">Spans a request.</param>
/// <param name="Gzip">Whether requests are compressed.</param>
internal sealed record LoadShape(int Spans, bool Gzip)
{
    public int InFlight => LoadOptions.DefaultInFlight(Spans);

    /// <summary>As it is written on the command line: `512`, `50`, `512-gzip`.</summary>
    public static LoadShape? Parse(string text)
    {
        bool gzip = text.EndsWith("-gzip", StringComparison.Ordinal);
        string number = gzip ? text[..^"-gzip".Length] : text;
        return int.TryParse(number, out int spans) && spans > 0 ? new LoadShape(spans, gzip) : null;
    }

    public override string ToString() => $"{Spans} {(Gzip ? "gzip" : "plain")}";
}

/// <summary>What a comparison does.</summary>
/// <param name="Rounds">How often every hop meets every load.</param>
/// <param name="Loads">The loads of a round.</param>
/// <param name="Rate">Spans a second; 0 is full speed.</param>
/// <param name="WarmUp">Seconds of load before what is counted.</param>
/// <param name="Duration">Seconds that are counted.</param>
/// <param name="JobLag">As `generate --job-lag`.</param>
/// <param name="GzipPool">As `generate --gzip-pool`.</param>
/// <param name="Data">Directory in which each hop gets a temporary one.</param>
/// <param name="Results">Directory that the report goes to.</param>
internal sealed record CompareOptions(
    int Rounds, IReadOnlyList<LoadShape> Loads, double Rate, double WarmUp, double Duration, int JobLag, int GzipPool,
    string Data, string Results);
