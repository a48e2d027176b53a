// An application with the OpenTelemetry SDK for JavaScript. Reads from standard input, a line of JSON each, how to export; makes two spans,
// exports them so, and prints as a line of JSON what they were and how it went. Ends with its input.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { credentials, Metadata } from '@grpc/grpc-js';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const read = path => (path ? readFileSync(path) : undefined);

function exporterOf({ protocol, url, gzip, headers, ca, cert, key, timeoutMillis }) {
  const common = { url, timeoutMillis, compression: gzip ? 'gzip' : 'none' };
  if (protocol === 'grpc') {
    const metadata = new Metadata();
    Object.entries(headers).forEach(([name, value]) => metadata.set(name, value));
    const secured = ca ? credentials.createSsl(read(ca), read(key) ?? null, read(cert) ?? null) : credentials.createInsecure();
    return new GrpcExporter({ ...common, metadata, credentials: secured });
  }
  const Exporter = protocol === 'http/json' ? JsonExporter : ProtobufExporter;
  return new Exporter({ ...common, headers, ...(ca && { httpAgentOptions: { ca: read(ca), cert: read(cert), key: read(key) } }) });
}

/** What the exporter told the SDK of the last export. */
class Told {
  constructor(exporter) {
    this.exporter = exporter;
  }
  export(spans, done) {
    this.exporter.export(spans, result => {
      this.result = result;
      done(result);
    });
  }
  forceFlush() {
    return this.exporter.forceFlush();
  }
  shutdown() {
    return this.exporter.shutdown();
  }
}

function spansOf(tracer) {
  const earlier = { traceId: '0102030405060708090a0b0c0d0e0f10', spanId: '0102030405060708', traceFlags: TraceFlags.SAMPLED };
  const order = tracer.startSpan('place order', {
    kind: SpanKind.PRODUCER,
    attributes: { 'shop.city': 'Zürich', 'order.items': 42, 'order.weight': 0.5, 'order.express': true, 'order.tags': ['a', 'b'] },
    links: [{ context: earlier, attributes: { why: 'again' } }],
  }, ROOT_CONTEXT);
  const stock = tracer.startSpan('load stock', { kind: SpanKind.INTERNAL }, trace.setSpan(context.active(), order));
  stock.end();
  order.addEvent('queued', { attempt: 1 });
  order.setStatus({ code: SpanStatusCode.ERROR, message: 'no stock' });
  order.end();
  return [order, stock];
}

async function run(request) {
  const exporter = new Told(exporterOf(request));
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop', 'deployment.environment.name': 'test' }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: 120_000 })],
    forceFlushTimeoutMillis: 120_000,
  });
  const spans = spansOf(provider.getTracer('clients', '1.2'));
  const [order, stock] = spans.map(span => span.spanContext());
  await provider.forceFlush().catch(() => {});
  await provider.shutdown().catch(() => {});
  const error = exporter.result?.error;
  return {
    id: request.id,
    traceId: order.traceId,
    order: order.spanId,
    stock: stock.spanId,
    accepted: exporter.result?.code === 0,
    code: typeof error?.code === 'number' ? error.code : -1,
    error: error ? String(error) : '',
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await run(JSON.parse(line))));
}
