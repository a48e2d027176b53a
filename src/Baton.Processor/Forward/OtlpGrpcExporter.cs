using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Grpc.Core;
using Grpc.Net.Client;

namespace Baton.Processor.Forward;

/// <summary>The exporter <c>otlp</c>: one unary Export call per request, its payload written as it stands in the journal.</summary>
internal sealed class OtlpGrpcExporter : IExporter
{
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;
    private readonly ExporterCompression _compression;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    // By PayloadEncoding's value.
    private readonly Metadata[] _headers;

    /// <summary>Prepares the channel; the first call connects.</summary>
    public OtlpGrpcExporter(OtlpExporterOptions options, TimeProvider time)
    {
        _channel = GrpcConnection.Open(options);
        _invoker = _channel.CreateCallInvoker();
        _compression = options.Compression;
        _timeout = options.Timeout;
        _time = time;
        _headers = [.. Enum.GetValues<PayloadEncoding>().Order().Select(encoding => GrpcConnection.HeadersOf(options, encoding))];
    }

    /// <inheritdoc/>
    public async Task<ExportResult> ExportAsync(ExportRequest request, CancellationToken cancellation)
    {
        using var packed = _compression.Pack(request);
        var sent = packed ?? request;
        var deadline = _time.GetUtcNow().UtcDateTime + _timeout;
        var options = new CallOptions(_headers[(int)sent.Encoding], deadline, cancellation);
        try
        {
            using var call = _invoker.AsyncUnaryCall(ExportMethods.Of(sent.Signal), null, options, sent);
            return await call.ResponseAsync;
        }
        catch (RpcException failure)
        {
            return GrpcFailure.Classify(failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
