using Baton.Processor.Configuration.Binding;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Configuration;

/// <summary>What is wrong with an exporter that sends over a network although every value is right by itself.</summary>
/// <param name="options">The whole configuration: an exporter may send to Baton's own receiver.</param>
/// <param name="context">Where to record.</param>
/// <param name="path">The exporter's key.</param>
internal sealed class ExporterContradictions(BatonOptions options, BindingContext context, string path)
{
    /// <summary>Records every contradiction.</summary>
    public void Check(OtlpClientOptions exporter)
    {
        if (exporter is OtlpExporterOptions grpc)
        {
            CheckTls(grpc.Tls, grpc.Endpoint.Scheme);
            CheckLoop(options.Receivers.Otlp.Protocols.Grpc?.Endpoint, grpc.Endpoint.Host, grpc.Endpoint.Port);
        }
        else if (exporter is OtlpHttpExporterOptions http && context.IsSound(KeyPath.Child(path, "endpoint")) && http.Endpoint != default)
        {
            CheckTls(http.Tls, http.Endpoint.Uri.Scheme);
            CheckLoop(options.Receivers.Otlp.Protocols.Http?.Endpoint, http.Endpoint.Uri.Host, http.Endpoint.Uri.Port);
        }
        CheckHeaders(exporter);
        CheckRetry(exporter.RetryOnFailure, KeyPath.Child(path, "retry_on_failure"));
        CheckBacklog(exporter.MaxBacklog, KeyPath.Child(path, "max_backlog"));
    }

    private void CheckBacklog(ByteSize limit, string key)
    {
        if (limit.Bytes >= options.Journal.MaxSize.Bytes && context.IsSound(key))
        {
            context.Fault(
                key, $"{limit} is not less than journal.max_size, {options.Journal.MaxSize}: the journal would be full, and refuse everybody, before anything is skipped. Lower it, or raise journal.max_size");
        }
    }

    private void CheckTls(TlsClientOptions tls, string? scheme)
    {
        var insecure = KeyPath.Child(path, "tls.insecure");
        if (scheme == "https" && tls.Insecure)
            context.Fault(insecure, "contradicts the endpoint's https://; remove one of the two");
        if (scheme == "http" && !tls.Insecure && context.IsSound(insecure))
            context.Fault(insecure, "contradicts the endpoint's http://; remove one of the two");
        var plain = scheme == "http" || (scheme is null && tls.Insecure);
        foreach (var (key, given) in new[]
            { ("ca_file", tls.CaFile), ("cert_file", tls.CertFile), ("key_file", tls.KeyFile), ("server_name_override", tls.ServerNameOverride) })
        {
            if (plain && given is not null)
                context.Fault(KeyPath.Child(path, $"tls.{key}"), "has no effect without TLS; remove it, or write an https:// endpoint without insecure: true");
        }
        TlsFiles.CheckPair(context, KeyPath.Child(path, "tls"), tls.CertFile, tls.KeyFile);
        if (!plain)
            TlsFiles.Check(context, KeyPath.Child(path, "tls"), tls.CertFile, tls.KeyFile, ("ca_file", tls.CaFile));
    }

    // The commonest loop: Baton was put on the port of the backend that it sends to.
    private void CheckLoop(ListenAddress? receiver, string host, int port)
    {
        if (receiver is { } own && own.Port == port && Contradictions.IsLoopback(host)
            && (Contradictions.IsLoopback(own.Host) || Contradictions.IsEveryAddress(own.Host)))
        {
            context.Fault(KeyPath.Child(path, "endpoint"), $"is Baton's own receiver ({own}): every span would go round forever. Send to another port");
        }
    }

    private void CheckHeaders(OtlpClientOptions exporter)
    {
        foreach (var (name, value) in exporter.Headers)
        {
            var header = KeyPath.Child(KeyPath.Child(path, "headers"), name);
            var lower = name.ToLowerInvariant();
            if (!lower.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || lower.Length == 0)
                context.Fault(header, "is not the name of a header; letters, digits, - _ and . make one");
            else if (exporter is OtlpExporterOptions
                && (lower.StartsWith("grpc-", StringComparison.Ordinal) || lower is "te" or "content-type" or "user-agent" or "host"))
                context.Fault(header, "is a header that gRPC itself sets; remove it");
            else if (exporter is OtlpExporterOptions && lower.EndsWith("-bin", StringComparison.Ordinal))
                context.Fault(header, "ends in -bin, which gRPC keeps for binary values; rename it");
            else if (exporter is OtlpHttpExporterOptions
                && lower is "content-type" or "content-encoding" or "content-length" or "transfer-encoding" or "connection" or "host")
                context.Fault(header, "is a header that the exporter itself sets; remove it");
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
}
