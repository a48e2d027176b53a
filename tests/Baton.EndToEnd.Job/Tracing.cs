using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Baton.EndToEnd.Job;

/// <summary>The OpenTelemetry SDK as an application sets it up: its own spans, the client library's, one OTLP exporter.</summary>
internal static class Tracing
{
    public static ActivitySource Application { get; } = new("render");

    public static TracerProvider Start(string service, JobArguments arguments) => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(resource => resource
            .AddService(service, serviceNamespace: "studio", serviceInstanceId: $"{service}-{Environment.ProcessId}", serviceVersion: "1.0.0")
            .AddAttributes([new("deployment.environment.name", "test")]))
        .AddSource(Application.Name, "RabbitMQ.Client.Publisher", "RabbitMQ.Client.Subscriber")
        .AddOtlpExporter(exporter =>
        {
            exporter.Protocol = arguments.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = arguments.Grpc ? arguments.Otlp : new Uri(arguments.Otlp, "/v1/traces");
            exporter.TimeoutMilliseconds = 300_000;
            exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 200;
        })
        .Build();
}
