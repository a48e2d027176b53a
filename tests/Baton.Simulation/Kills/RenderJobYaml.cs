using Baton.Testing.Sink;

namespace Baton.Simulation.Kills;

/// <summary>The configuration of the trials: one relay, one exporter to the recording sink that gives up nothing.</summary>
internal static class RenderJobYaml
{
    /// <summary>The whole file. Times in seconds.</summary>
    public static string Of(RecordingSink sink, int exportLag, int settle, int scheduleToStart, int scheduleToClose) => $$"""
        continuity:
          export_lag: {{exportLag}}s
          settle: {{settle}}s
          relays:
            - name: render_job
              produce: span.name == "produce.render_job"
              acknowledge: span.name == "worker.ack_wake"
              complete: span.name == "worker.complete"
              deadlines: { schedule_to_start: {{scheduleToStart}}s, schedule_to_close: {{scheduleToClose}}s }
        exporters:
          otlp/sink:
            endpoint: {{sink.GrpcEndpoint.Authority}}
            tls: { insecure: true }
            retry_on_failure: { initial_interval: 50ms, max_interval: 500ms }
        routing: { default: [otlp/sink] }
        """;
}
