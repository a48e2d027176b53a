using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Configuration;

/// <summary>
/// What is wrong although every value is right by itself. Runs over options that may have other faults too, so a rule speaks only where
/// the keys that it compares are sound.
/// </summary>
internal sealed class Contradictions(BatonOptions options, BindingContext context)
{
    /// <summary>Records every contradiction.</summary>
    public void Check()
    {
        CheckReceivers();
        CheckListeners();
        new RelayContradictions(options.Continuity, context).Check();
        foreach (var (name, exporter) in options.Exporters)
        {
            if (exporter is OtlpExporterOptions otlp)
                CheckExporter(otlp, KeyPath.Child("exporters", name));
        }
        CheckRouting();
        CheckStorage();
    }

    private void CheckReceivers()
    {
        const string Path = "receivers.otlp.protocols";
        var protocols = options.Receivers.Otlp.Protocols;
        if (protocols.Grpc is null && protocols.Http is null && context.IsSound(Path))
            context.Fault(Path, "turns on no protocol; write grpc, http or both below it");
    }

    // Two listeners on one port: the second could not start. Port 0 is a free one each time.
    private void CheckListeners()
    {
        var listeners = new List<(string Path, ListenAddress Address)>();
        if (options.Receivers.Otlp.Protocols.Grpc is { } grpc)
            listeners.Add(("receivers.otlp.protocols.grpc.endpoint", grpc.Endpoint));
        if (options.Receivers.Otlp.Protocols.Http is { } http)
            listeners.Add(("receivers.otlp.protocols.http.endpoint", http.Endpoint));
        listeners.Add(("service.admin.endpoint", options.Service.Admin.Endpoint));
        for (var i = 1; i < listeners.Count; i++)
        {
            var (path, address) = listeners[i];
            var other = listeners.Take(i).FirstOrDefault(earlier => Overlap(earlier.Address, address));
            if (other.Path is null)
                continue;
            var (place, rival) = context.IsGiven(path) ? (path, other.Path) : (other.Path, path);
            context.Fault(place, $"listens on port {address.Port}, as {rival} does; give each a port of its own");
        }
    }

    private void CheckExporter(OtlpExporterOptions exporter, string path)
    {
        var insecure = KeyPath.Child(path, "tls.insecure");
        if (exporter.Endpoint.Scheme == "https" && exporter.Tls.Insecure)
            context.Fault(insecure, "contradicts the endpoint's https://; remove one of the two");
        if (exporter.Endpoint.Scheme == "http" && !exporter.Tls.Insecure && context.IsSound(insecure))
            context.Fault(insecure, "contradicts the endpoint's http://; remove one of the two");
        CheckHeaders(exporter, KeyPath.Child(path, "headers"));
        CheckRetry(exporter.RetryOnFailure, KeyPath.Child(path, "retry_on_failure"));
        // The commonest loop: Baton was put on the port of the backend that it sends to.
        if (options.Receivers.Otlp.Protocols.Grpc is { } grpc && grpc.Endpoint.Port == exporter.Endpoint.Port
            && IsLoopback(exporter.Endpoint.Host) && (IsLoopback(grpc.Endpoint.Host) || IsEveryAddress(grpc.Endpoint.Host)))
        {
            context.Fault(
                KeyPath.Child(path, "endpoint"),
                $"is Baton's own receiver ({grpc.Endpoint}): every span would go round forever. Send to another port");
        }
    }

    private void CheckHeaders(OtlpExporterOptions exporter, string path)
    {
        foreach (var (name, value) in exporter.Headers)
        {
            var header = KeyPath.Child(path, name);
            var lower = name.ToLowerInvariant();
            if (!lower.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || lower.Length == 0)
                context.Fault(header, "is not the name of a header; letters, digits, - _ and . make one");
            else if (lower.StartsWith("grpc-", StringComparison.Ordinal) || lower is "te" or "content-type" or "user-agent" or "host")
                context.Fault(header, "is a header that gRPC itself sets; remove it");
            else if (lower.EndsWith("-bin", StringComparison.Ordinal))
                context.Fault(header, "ends in -bin, which gRPC keeps for binary values; rename it");
            else if (!value.Reveal().All(c => c is >= ' ' and <= '~'))
                context.Fault(header, "holds characters that a header cannot carry; printable ASCII is allowed (is there a line break at its end?)");
        }
    }

    private void CheckRetry(RetryOptions retry, string path)
    {
        var first = GoDuration.Format(retry.InitialInterval);
        if (retry.InitialInterval > retry.MaxInterval)
            context.Fault(KeyPath.Child(path, "initial_interval"), $"{first} is longer than max_interval, {GoDuration.Format(retry.MaxInterval)}; lower it, or raise max_interval");
        if (retry.MaxElapsedTime > TimeSpan.Zero && retry.MaxElapsedTime < retry.InitialInterval)
        {
            context.Fault(
                KeyPath.Child(path, "max_elapsed_time"),
                $"{GoDuration.Format(retry.MaxElapsedTime)} ends before the first retry, after {first}; raise it, write 0 for no end, or enabled: false");
        }
    }

    private void CheckRouting()
    {
        var names = options.Routing.Default;
        for (var i = 0; i < names.Count; i++)
        {
            var path = KeyPath.Item("routing.default", i);
            // An exporter with a fault of its own is known by its key all the same.
            if (!context.IsSound(path))
                continue;
            if (!context.IsGiven(KeyPath.Child("exporters", names[i])))
                context.Fault(path, UnknownExporter(names[i], context.Show(path)));
            else if (names.Take(i).Contains(names[i]))
                context.Fault(path, $"{context.Show(path)} is named twice; it would get everything twice");
        }
    }

    private string UnknownExporter(string name, string shown)
    {
        if (options.Exporters.Count == 0)
            return $"no exporter is called {shown}; there is none below exporters yet";
        return UnknownKeys.Nearest(name, options.Exporters.Keys) is { } near
            ? $"no exporter is called {shown}; did you mean \"{near}\"?"
            : $"no exporter is called {shown}; there are: {UnknownKeys.List(options.Exporters.Keys)}";
    }

    private void CheckStorage()
    {
        var protocols = options.Receivers.Otlp.Protocols;
        var largest = new ByteSize(Math.Max(
            ByteSize.MiB(protocols.Grpc?.MaxRecvMsgSizeMib ?? 0).Bytes, protocols.Http?.MaxRequestBodySize.Bytes ?? 0));
        if (options.Journal.MaxSize.Bytes < 2 * largest.Bytes && context.IsSound("journal.max_size"))
        {
            context.Fault(
                "journal.max_size",
                $"{options.Journal.MaxSize} cannot hold two requests of the largest size that the receivers take ({largest}); raise it, or lower theirs");
        }
        if (Path.GetFullPath(options.Journal.Directory) == Path.GetFullPath(options.State.Directory))
        {
            context.Fault(
                context.IsGiven("state.directory") ? "state.directory" : "journal.directory",
                "journal and state have the same directory; give each its own");
        }
    }

    private static bool Overlap(ListenAddress a, ListenAddress b) => a.Port == b.Port && a.Port != 0
        && (a.Host == b.Host || IsEveryAddress(a.Host) || IsEveryAddress(b.Host) || (IsLoopback(a.Host) && IsLoopback(b.Host)));

    private static bool IsEveryAddress(string host) => host is "" or "0.0.0.0" or "::";

    private static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "::1";
}
