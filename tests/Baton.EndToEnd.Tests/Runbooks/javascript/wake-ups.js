import { context, propagation, SpanKind, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("jobs");

/** Producer: what is sent carries the context of the span that sends it. */
export async function publish(job, send) {
  await tracer.startActiveSpan("produce.render_job", { kind: SpanKind.PRODUCER }, async (publishing) => {
    try {
      publishing.setAttribute("messaging.message.id", job);
      const headers = {};
      propagation.inject(context.active(), headers);
      await send(headers);
    } finally {
      publishing.end();
    }
  });
}

/** Worker: first the context, then all of the work in it. */
export async function run(job, headers, work) {
  await context.with(propagation.extract(context.active(), headers), async () => {
    // Ends at once, and is sent soon: so a job of ten minutes does not look asleep for ten minutes.
    tracer.startSpan("worker.ack_wake", { kind: SpanKind.CONSUMER, attributes: { "messaging.message.id": job } }).end();
    await tracer.startActiveSpan("worker.run", async (running) => {
      try {
        await work();
      } finally {
        running.end();
      }
    });
    tracer.startSpan("worker.complete", { kind: SpanKind.CONSUMER }).end();
  });
}
