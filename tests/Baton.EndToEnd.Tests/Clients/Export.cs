using Baton.Testing;

namespace Baton.EndToEnd.Tests.Clients;

/// <summary>Over what an SDK exports.</summary>
public enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
    HttpJson,
}

/// <summary>How an SDK is to export two spans.</summary>
/// <param name="Protocol">Over what.</param>
/// <param name="Endpoint">The receiver; a path is the SDK's to add.</param>
/// <param name="Gzip">Whether it compresses.</param>
/// <param name="Authorization">The header of that name; null for none.</param>
/// <param name="AuthorityFile">Who signed the receiver's certificate; null without TLS.</param>
/// <param name="Certificate">The client's own, as files; null for none.</param>
/// <param name="Timeout">How long the exporter may try.</param>
internal sealed record Export(
    OtlpProtocol Protocol, Uri Endpoint, bool Gzip, string? Authorization, string? AuthorityFile, (string CertFile, string KeyFile)? Certificate,
    TimeSpan Timeout);

/// <summary>What came of it.</summary>
/// <param name="TraceId">The trace's id, in lower-case hex.</param>
/// <param name="Order">The id of the span `place order`.</param>
/// <param name="Stock">The id of its child `load stock`.</param>
/// <param name="Accepted">What the exporter told the SDK.</param>
/// <param name="Code">Why not: gRPC's status, or HTTP's; -1 where there was no answer.</param>
internal sealed record Exported(string TraceId, string Order, string Stock, bool Accepted, int Code);
