// Spans as SDKs send them, by OTLP/HTTP in JSON.

import { randomBytes } from 'node:crypto';

const id = length => randomBytes(length).toString('hex');
const nanos = time => `${BigInt(Math.round(time * 1000)) * 1000n}`;
const text = (key, value) => ({ key, value: { stringValue: value } });

/**
 * A job of the relay render_job. Times are in milliseconds before now; what is not given did not happen.
 * @returns the trace's id, once Baton has accepted the spans
 */
export async function send(otlp, { published = 100, pickedUp, completed, producer = 'order-api', worker = 'render-worker', destination = 'render', message = 'job-1' }) {
  const trace = id(16);
  const now = Date.now();
  const produce = { ...span('produce.render_job', 4, trace, now - published, now - published), attributes: about(destination, message) };
  const own = [];
  if (pickedUp !== undefined) own.push(span('worker.ack_wake', 1, trace, now - pickedUp, now - pickedUp, produce.spanId));
  if (completed !== undefined) own.push(span('worker.complete', 1, trace, now - completed, now - completed, produce.spanId));
  await post(otlp, [[producer, [produce]], [worker, own]]);
  return trace;
}

/** A span of a worker that got no context. */
export async function sendOrphan(otlp, worker = 'render-worker') {
  const trace = id(16);
  await post(otlp, [[worker, [{ ...span('worker.ack_wake', 5, trace, Date.now() - 80, Date.now() - 40), attributes: about('render', 'lost') }]]]);
  return trace;
}

function span(name, kind, traceId, begin, end, parentSpanId) {
  return { traceId, spanId: id(8), parentSpanId, name, kind, startTimeUnixNano: nanos(begin), endTimeUnixNano: nanos(end), attributes: [] };
}

const about = (destination, message) => [text('messaging.system', 'rabbitmq'), text('messaging.destination.name', destination), text('messaging.message.id', message)];

async function post(otlp, services) {
  const resourceSpans = services.filter(([, spans]) => spans.length > 0).map(([service, spans]) => ({
    resource: { attributes: [text('service.name', service)] }, scopeSpans: [{ spans }],
  }));
  const answer = await fetch(new URL('/v1/traces', otlp), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ resourceSpans }) });
  if (!answer.ok) throw new Error(`Baton answered ${answer.status}: ${await answer.text()}`);
}
