using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Receive;

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
            if (exporter is OtlpClientOptions client)
                new ExporterContradictions(options, context, KeyPath.Child("exporters", name)).Check(client);
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
        CheckReceiverTls(protocols.Grpc?.Tls, $"{Path}.grpc.tls");
        CheckReceiverTls(protocols.Http?.Tls, $"{Path}.http.tls");
        const string Tokens = "receivers.otlp.auth.bearer_token_file";
        if (options.Receivers.Otlp.Auth is { BearerTokenFile.Length: > 0 } auth && TlsFiles.Explain(
            () => BearerTokens.Read(auth.BearerTokenFile), auth.BearerTokenFile, "a file with tokens, one a line") is { } fault)
            context.Fault(Tokens, fault);
        foreach (var (origin, index) in (protocols.Http?.Cors?.AllowedOrigins ?? []).Select((origin, index) => (origin, index)))
        {
            if (origin != "*" && !Uri.TryCreate(origin.Replace("//*.", "//any.", StringComparison.Ordinal), UriKind.Absolute, out _))
                context.Fault(KeyPath.Item($"{Path}.http.cors.allowed_origins", index), $"\"{origin}\" is not an origin; write scheme and host, e.g. https://app.example.com, or *");
        }
    }

    private void CheckReceiverTls(TlsServerOptions? tls, string path)
    {
        if (tls is not null)
            TlsFiles.Check(context, path, tls.CertFile, tls.KeyFile, ("client_ca_file", tls.ClientCaFile));
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

    private void CheckRouting()
    {
        CheckExporters(options.Routing.Default, "routing.default");
        for (var i = 0; i < options.Routing.Routes.Count; i++)
            CheckExporters(options.Routing.Routes[i].Exporters, KeyPath.Child(KeyPath.Item("routing.routes", i), "exporters"));
        CheckExporters(options.Service.Telemetry.Metrics.Otlp.Exporters, "service.telemetry.metrics.otlp.exporters");
    }

    private void CheckExporters(IReadOnlyList<string> names, string list)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var path = KeyPath.Item(list, i);
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
        CheckMaxHandoffs();
    }

    private void CheckMaxHandoffs()
    {
        const string Total = "state.max_handoffs";
        const string OfTrace = "continuity.limits.handoffs_per_trace";
        var (most, ofTrace) = (options.State.MaxHandoffs, options.Continuity.Limits.HandoffsPerTrace);
        var given = context.IsGiven(Total) ? Total : OfTrace;
        if (most < ofTrace && context.IsSound(given) && (context.IsSound(OfTrace) || !context.IsGiven(OfTrace)))
        {
            context.Fault(given, $"one trace may hold {ofTrace} jobs ({OfTrace}) and state only {most} ({Total}): it would push out all others; raise {Total}, or lower {OfTrace}");
        }
    }

    private static bool Overlap(ListenAddress a, ListenAddress b) => a.Port == b.Port && a.Port != 0
        && (a.Host == b.Host || IsEveryAddress(a.Host) || IsEveryAddress(b.Host) || (IsLoopback(a.Host) && IsLoopback(b.Host)));

    /// <summary>The host of a listener stands for every address of the machine.</summary>
    internal static bool IsEveryAddress(string host) => host is "" or "0.0.0.0" or "::";

    /// <summary>The host is this machine.</summary>
    internal static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "::1";
}
