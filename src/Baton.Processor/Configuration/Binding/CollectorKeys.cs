namespace Baton.Processor.Configuration.Binding;

/// <summary>Keys that a Collector's configuration has and Baton's has not, each with Baton's way.</summary>
internal static class CollectorKeys
{
    // Path without names of the user's own ("*"), so that one row serves every exporter.
    private static readonly Dictionary<string, string> Ways = new()
    {
        ["processors"] = "Baton has no processors: spans pass unchanged. Batch, sample or rewrite in a Collector before or behind it, and remove this key",
        ["connectors"] = "Baton has no connectors; its own metrics are on service.admin.endpoint. Remove this key",
        ["extensions"] = "Baton has no extensions: /healthz and /readyz are on service.admin.endpoint. Remove this key",
        ["service.pipelines"] = "Baton has no pipelines: everything received goes to the exporters of routing.default. Write routing: {default: [otlp/tempo]} instead",
        ["service.extensions"] = "Baton has no extensions: /healthz and /readyz are on service.admin.endpoint. Remove this key",
        ["service.telemetry.metrics.address"] = "Baton's metrics are on service.admin.endpoint, at /metrics. Write service: {admin: {endpoint: 127.0.0.1:8888}} instead",
        ["service.telemetry.traces"] = "Baton does not trace itself; its metrics are on service.admin.endpoint. Remove this key",
        ["exporters.*.sending_queue"] = "the journal is every exporter's queue: write journal: {directory: …, max_size: …}, and sending: {max_in_flight: …} here for the number of consumers",
        ["exporters.*.batcher"] = "requests are merged as they are sent: write sending: {max_batch_size: …} instead",
        ["exporters.*.auth"] = "Baton has no authenticator extensions: write headers: {authorization: \"Bearer ${env:TOKEN}\"} instead",
        ["receivers.otlp.protocols.grpc.auth"] = "Baton has no authenticator extensions: write receivers: {otlp: {auth: {bearer_token_file: FILE}}} instead, for both protocols",
        ["receivers.otlp.protocols.http.auth"] = "Baton has no authenticator extensions: write receivers: {otlp: {auth: {bearer_token_file: FILE}}} instead, for both protocols",
    };

    /// <summary>Baton's way, or null for a key that is no Collector's.</summary>
    public static string? Explain(string path, string key)
    {
        if (path == "receivers" && UnknownKeys.Nearest(key, ["otlp"]) is null)
            return key.StartsWith("otlp/", StringComparison.Ordinal)
                ? "Baton has one OTLP receiver; write otlp, without a name"
                : $"Baton receives OTLP alone; let a Collector with its {key} receiver send OTLP to it";
        var generic = path.StartsWith("exporters.", StringComparison.Ordinal) ? "exporters.*" : path;
        return Ways.GetValueOrDefault(KeyPath.Child(generic, key));
    }
}
