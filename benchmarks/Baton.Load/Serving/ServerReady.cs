namespace Baton.Load.Serving;

/// <summary>The line of JSON that a server of the rig prints once it listens.</summary>
/// <param name="Grpc">Port for OTLP/gRPC.</param>
/// <param name="Http">Port for OTLP/HTTP and the counts; 0 where there is none.</param>
internal sealed record ServerReady(int Grpc, int Http);
