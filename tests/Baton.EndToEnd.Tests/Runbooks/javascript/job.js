// Publishes or runs one job with wake-ups.js, the program of docs/runbooks/carrying-the-context.md, and sends its spans to OTEL_EXPORTER_OTLP_ENDPOINT.
//   node job.js publish JOB      prints the wake-up, a line of JSON
//   node job.js run WAKE-UP      prints "done"
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { publish, run } from "./wake-ups.js";

const nanos = ([seconds, rest]) => `${BigInt(seconds) * 1_000_000_000n + BigInt(rest)}`;
const attributes = (values) => Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: `${value}` } }));

/** OTLP over HTTP as JSON, without the packages that a production exporter brings. */
const exporter = {
  async export(spans, done) {
    const body = JSON.stringify({
      resourceSpans: spans.map((span) => ({
        resource: { attributes: attributes(span.resource.attributes) },
        scopeSpans: [{
          scope: { name: span.instrumentationScope.name },
          spans: [{
            traceId: span.spanContext().traceId,
            spanId: span.spanContext().spanId,
            parentSpanId: span.parentSpanContext?.spanId ?? "",
            name: span.name,
            kind: span.kind + 1,
            startTimeUnixNano: nanos(span.startTime),
            endTimeUnixNano: nanos(span.endTime),
            attributes: attributes(span.attributes),
          }],
        }],
      })),
    });
    try {
      const answer = await fetch(new URL("/v1/traces", process.env.OTEL_EXPORTER_OTLP_ENDPOINT), {
        method: "POST", headers: { "content-type": "application/json" }, body,
      });
      if (!answer.ok) console.error(`${answer.status} ${await answer.text()}`);
      done({ code: answer.ok ? 0 : 1 });
    } catch (error) {
      console.error(error);
      done({ code: 1, error });
    }
  },
  shutdown: async () => {},
};

const [mode, argument] = process.argv.slice(2);
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": mode === "publish" ? "shop-js" : "worker-js" }),
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
provider.register();

if (mode === "publish") {
  await publish(argument, async (headers) => console.log(JSON.stringify({ job: argument, headers })));
} else {
  const { job, headers } = JSON.parse(argument);
  await run(job, headers, async () => console.log("working"));
}
await provider.forceFlush();
await provider.shutdown();
if (mode === "run") console.log("done");
