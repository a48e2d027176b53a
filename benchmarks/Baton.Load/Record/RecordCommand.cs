using System.CommandLine;
using System.IO.Compression;
using Baton.Load.Generate;
using Baton.Load.Wire;

namespace Baton.Load.Record;

/// <summary>`record`: writes what `generate` would send to a file, for `baton analyze`. The same arguments give the same bytes.</summary>
internal static class RecordCommand
{
    private const int Seed = 17;

    /// <summary>2026-03-01 03:05:00 UTC.</summary>
    private const long Begin = 1_772_334_300_000_000_000;

    private static readonly Argument<string> Out = new("OUT") { Description = "The file to write: .jsonl or .pb, either with .gz behind it." };

    private static readonly Option<long> Spans = CommandOption.Of("--spans", 10_000_000L, "Spans in all, rounded up to whole requests.");
    private static readonly Option<int> PerRequest = CommandOption.Of("--per-request", 512, "Spans a request, which is a line.");
    private static readonly Option<double> Rate = CommandOption.Of("--rate", 2000.0, "Spans a second on the recording's clock.");
    private static readonly Option<int> JobLag = CommandOption.Of("--job-lag", 8, "After how many requests a job completes.");

    private static readonly Option<int> LoseEvery = CommandOption.Of(
        "--lose-every", 1000, "Of every so many requests one does not complete the jobs that it should; 0 loses none.");

    public static Command Create()
    {
        var command = new Command("record", "Writes a recording: 30 % of its spans are of jobs, nearly all of which complete in time.")
        {
            Out, Spans, PerRequest, Rate, JobLag, LoseEvery,
        };
        command.SetAction(parsed => Write(parsed));
        return command;
    }

    private static int Write(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(Out);
        bool gzip = path.EndsWith(".gz", StringComparison.Ordinal);
        bool isProtobuf = (gzip ? path[..^3] : path).EndsWith(".pb", StringComparison.Ordinal);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
        using Stream output = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
        int perRequest = Math.Max(1, parsed.GetValue(PerRequest));
        var json = new JsonTemplate(perRequest);
        var protobuf = TemplateWriter.Write(perRequest);
        byte[] frame = protobuf.Frame.ToArray();
        var ids = IdStream.Random(new Random(Seed));
        long requests = (parsed.GetValue(Spans) + perRequest - 1) / perRequest;
        int jobLag = Math.Max(0, parsed.GetValue(JobLag));
        int loseEvery = parsed.GetValue(LoseEvery);
        for (long sequence = 0; sequence < requests; sequence++)
        {
            long now = Begin + (long)(sequence * perRequest / parsed.GetValue(Rate) * 1e9);
            bool completes = sequence >= jobLag && (loseEvery <= 0 || (sequence + 1) % loseEvery != 0);
            // What could not complete any more before the end is not published.
            var stamp = new Stamp(sequence, sequence - jobLag, now, sequence < requests - jobLag, completes);
            if (isProtobuf)
            {
                protobuf.Apply(frame, ids, stamp);
                // Requests one after another are one request (protobuf.dev, "Encoding").
                output.Write(frame.AsSpan(GrpcFrame.PrefixLength));
            }
            else
            {
                json.Apply(ids, stamp);
                output.Write(json.Line);
            }
        }

        Console.WriteLine($"{path}: {requests * perRequest} spans in {requests} requests");
        return 0;
    }
}
