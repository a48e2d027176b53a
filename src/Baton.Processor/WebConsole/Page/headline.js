// The first glance: one sentence, what it means, and what else is wrong, worst first. Pure: an answer of /v1/console in, texts out.

import { at, counted, count, duration, minute, bytes, spoken } from './format.js';
import { ago, blind, parts } from './words.js';

const recent = 15 * 60 * 1000;
const laggedSeconds = 60;
const fullRatio = 0.8;

/** {level: good | idle | warn | bad, sentence, because, others: [{level, text}], title} */
export function headline(state) {
  const now = at(state.now);
  const found = [...process(state), ...state.relays.flatMap(relay => ofRelay(relay, state, now)), ...pressure(state), ...pipes(state)];
  const order = ['bad', 'warn', 'note'];
  found.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || (b.weight ?? 0) - (a.weight ?? 0));
  const first = found.find(one => one.level !== 'note');
  if (!first) return { ...healthy(state, now), others: found };
  const others = found.filter(one => one !== first);
  return { level: first.level, sentence: first.text + '.', because: first.because ?? '', others, title: first.text };
}

function healthy(state, now) {
  const active = state.relays.filter(isActive);
  if (active.length === 0) return nothingYet(state, now);
  const sum = key => active.reduce((total, relay) => total + relay.last_hour[key], 0);
  const open = active.reduce((total, relay) => total + relay.waiting + relay.running, 0);
  const oldest = Math.min(...active.filter(relay => relay.oldest_published).map(relay => at(relay.oldest_published)));
  const sentence = active.length === 1 ? `All handoffs of ${active[0].relay} complete.` : `All handoffs of ${active.length} relays complete.`;
  const last = state.broken.find(broken => !broken.orphan && !broken.taken_back);
  const because = [
    `${count(sum('published'))} published in the last hour, ${count(sum('in_time') + sum('late'))} completed`
      + (open ? `, ${count(open)} open${Number.isFinite(oldest) ? `, the oldest for ${spoken((now - oldest) / 1000)}` : ''}.` : ', none open.'),
    last ? `The last missed deadline was told ${minute(at(last.told), now)}, ${ago(at(last.told), now)} (${last.relay}).` : '',
  ];
  return { level: 'good', sentence, because: because.join(' ').trim(), title: 'all complete' };
}

function nothingYet(state, now) {
  const since = minute(at(state.started), now);
  return state.accepted_spans > 0
    ? { level: 'idle', sentence: 'Spans arrive, and none of them publishes a job yet.', because: `${counted(state.accepted_spans, 'span')} accepted since ${since}.`, title: 'no job yet' }
    : { level: 'idle', sentence: 'Nothing to watch yet.', because: `No span has arrived since Baton started, ${since}.`, title: 'no span yet' };
}

export const isActive = relay => relay.last_hour.published + relay.waiting + relay.running + relay.missed_open > 0 || missedOf(relay.last_hour) > 0
  || relay.last_hour.orphans + relay.last_hour.orphans_attributed > 0;

export const missedOf = sum => Math.max(0, sum.silent_sleep + sum.missing_completion + sum.failed - sum.taken_back);

function process(state) {
  if (state.not_ready) return [{ level: 'bad', weight: 1e9, text: `Baton takes no spans: ${state.not_ready}`, because: 'Senders are told to retry. Nothing is told missing meanwhile.' }];
  // What a start holds back is no alarm: it passes by itself.
  if (state.blind.length === 1 && state.blind[0] === 'recovery') return [{ level: 'note', text: 'Baton has just started: what was published before is not told missing until senders have had time to catch up' }];
  if (state.blind.length > 0) return [{ level: 'bad', weight: 1e8, text: 'Baton is blind: no deadline is told at the moment', because: `${blind(state.blind)}.`.replace(/^./, c => c.toUpperCase()) }];
  return [];
}

function ofRelay(relay, state, now) {
  const sum = relay.last_15_minutes;
  const missed = missedOf(sum);
  const found = [];
  if (missed > 0) found.push(missing(relay, missed, state, now));
  const orphans = sum.orphans + sum.orphans_attributed;
  if (orphans > 0)
    found.push({
      level: 'warn', weight: orphans, text: `${relay.relay}: ${counted(orphans, 'worker ran', 'workers ran')} without the trace context in the last 15 min`,
      because: `Something between producer and worker drops the headers. Of ${sum.orphans_attributed} the producer was found.`,
    });
  if (missed === 0 && sum.late > 0) found.push({ level: 'warn', weight: 0, text: `${relay.relay}: ${counted(sum.late, 'handoff')} completed late in the last 15 min` });
  if (sum.unknown > 0) found.push({ level: 'warn', weight: 0, text: `${relay.relay}: of ${counted(sum.unknown, 'handoff')} nothing can be said, as Baton was blind` });
  if (sum.evicted > 0) found.push({ level: 'warn', weight: 0, text: `${relay.relay}: ${counted(sum.evicted, 'handoff')} given up, as their traces held too many` });
  return found;
}

function missing(relay, missed, state, now) {
  const told = state.broken.filter(broken => broken.relay === relay.relay && !broken.orphan && !broken.taken_back && now - at(broken.told) <= recent);
  const last = told.length > 0 ? `, last ${minute(Math.max(...told.map(broken => at(broken.told))), now)}` : '';
  const text = `${relay.relay}: ${counted(missed, 'handoff')} missed ${missed === 1 ? 'its deadline' : 'their deadlines'} in the last 15 min${last}`;
  const recovered = relay.missed_open === 0;
  const because = [`${parts(relay.last_15_minutes)}.`, recovered ? (missed === 1 ? 'It has completed since.' : 'All have completed since.') : `${counted(relay.missed_open, 'is', 'are')} still missing.`, worker(told.filter(broken => broken.open), now)];
  return { level: recovered ? 'warn' : 'bad', weight: missed, text, because: because.filter(Boolean).join(' ') };
}

// The worker that most of them should have been done by, and what was known of it when the last of them was told.
function worker(broken, now) {
  const votes = new Map();
  for (const one of broken.filter(each => each.worker)) votes.set(one.worker, [...(votes.get(one.worker) ?? []), one]);
  const [name, theirs] = [...votes].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  const seen = theirs?.map(one => at(one.worker_last_seen)).filter(Number.isFinite) ?? [];
  if (seen.length === 0) return '';
  const last = Math.max(...seen);
  return `When the last was told, ${name} had been seen at ${minute(last, now)}.`;
}

function pressure(state) {
  const thrashing = state.workers.filter(each => each.thrashing);
  return thrashing.length === 0 ? [] : [{
    level: 'warn', weight: 2, text: `${counted(thrashing.length, 'worker is', 'workers are')} busy all the time while the backlog grows (${thrashing[0].service}${thrashing[0].instance ? ` ${thrashing[0].instance}` : ''})`,
    because: 'Add workers, or have producers slow down: /v1/backpressure says by how much.',
  }];
}

function pipes(state) {
  const found = state.exporters.filter(each => each.lag_seconds > laggedSeconds).map(each => ({
    level: 'warn', weight: 1, text: `${each.exporter}: ${bytes(each.queue_bytes)} wait, the oldest for ${duration(each.lag_seconds)}`, because: 'Its destination is slow or down; nothing is lost while the journal has room.',
  }));
  const journal = state.journal;
  if (journal.free_bytes < journal.min_free_bytes)
    found.push({ level: 'bad', weight: 1e7, text: `The disk is full: ${bytes(journal.free_bytes)} are free, and Baton takes no spans`, because: 'Senders are told to retry. Make room on the disk of journal and state.' });
  if (journal.bytes > fullRatio * journal.max_bytes)
    found.push({ level: 'bad', weight: 1e6, text: `The journal is ${Math.round(100 * journal.bytes / journal.max_bytes)} % full`, because: 'Once it is full new spans are refused. Look at the exporter that lags.' });
  if (state.state_stalled) found.push({ level: 'bad', weight: 1e6, text: 'The state’s disk takes nothing', because: 'It is tried again until it does; judging waits once memory is full.' });
  if (journal.damaged_ranges > 0) found.push({ level: 'warn', weight: 0, text: `${counted(journal.damaged_ranges, 'range')} of the journal ${journal.damaged_ranges === 1 ? 'was' : 'were'} found damaged since the start; the log says what was lost` });
  return found;
}
