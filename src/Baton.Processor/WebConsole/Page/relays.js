// A card for each relay that did anything in the last hour: what became of its jobs, what is open, and how long things take.

import { byId, el, keyed, setAttribute, setText } from './dom.js';
import { at, count, counted, duration, minute, spoken } from './format.js';
import { isActive, missedOf } from './headline.js';
import { added, mean, plot } from './plot.js';

const outcomes = [
  { key: 'in_time', kind: 'bar', label: 'in time', sum: added }, { key: 'late', kind: 'bar', label: 'late', sum: added },
  { key: 'missed', kind: 'bar', label: 'missed', sum: added }, { key: 'orphans', kind: 'bar', label: 'orphans', sum: added },
];
const open = [{ key: 'open', kind: 'area', look: 'area', label: 'open' }, { key: 'missed_open', kind: 'area', look: 'f-missed', label: 'missed' }];
const quantiles = name => [
  { key: `${name}_p99`, kind: 'line', look: 'first', label: 'p99', mark: 'p99' }, { key: `${name}_p50`, kind: 'line', look: 'second', label: 'p50', mark: 'p50', sum: mean },
];
const leastSteps = 20;

export function showRelays(state, series) {
  const now = at(state.now);
  const active = state.relays.filter(isActive).sort((a, b) => missedOf(b.last_hour) - missedOf(a.last_hour) || b.last_hour.published - a.last_hour.published);
  const section = byId('relays');
  section.hidden = false;
  keyed(byId('relay-list'), active, relay => relay.relay, make, (card, relay) => update(card, relay, now));
  if (series) drawPlots(active, state, series, now);
  const quiet = state.relays.filter(relay => !isActive(relay)).map(relay => relay.relay);
  setText(byId('quiet-relays'), quiet.length === 0 || active.length === 0 ? '' : `Nothing in the last hour: ${quiet.join(', ')}.`);
  empty(active.length === 0, state);
}

const cards = new WeakMap();

function make(relay) {
  const heading = el('h3', {}, relay.relay);
  const chip = el('span', { class: 'chip' });
  const now = el('span', { class: 'num' });
  const hour = el('span', { class: 'faint num' });
  const plots = {
    outcomes: plot('Outcomes', outcomes, count),
    open: plot('Open', open, count),
    wake_up: plot('Wake-up', quantiles('wake_up'), duration),
    full_link: plot('Full link', quantiles('full_link'), duration),
  };
  const card = el('article', { class: 'relay', 'aria-label': relay.relay }, el('header', {}, heading, chip, now, hour), el('div', { class: 'plots' }, ...Object.values(plots).map(each => each.figure)));
  cards.set(card, { chip, now, hour, plots });
  return card;
}

function update(card, relay, now) {
  const parts = cards.get(card);
  const missed = missedOf(relay.last_15_minutes);
  setAttribute(card, 'class', missed ? 'relay bad' : 'relay');
  setAttribute(parts.chip, 'class', `chip ${missed ? 'open' : 'good'}`);
  setText(parts.chip, missed ? `${count(missed)} missed in 15 min` : 'complete');
  const age = relay.oldest_published ? `, the oldest for ${spoken((now - at(relay.oldest_published)) / 1000)}` : '';
  const waiting = relay.waiting + relay.running;
  setText(parts.now, `${counted(waiting, 'open handoff')}${waiting ? ` (${count(relay.waiting)} waiting, ${count(relay.running)} running)` : ''}${relay.missed_open ? `, ${count(relay.missed_open)} missed` : ''}${age}`);
  const hour = relay.last_hour;
  setText(parts.hour, `last hour: ${count(hour.published)} published, ${count(hour.in_time)} in time, ${count(hour.late)} late, ${count(missedOf(hour))} missed`);
}

function drawPlots(active, state, series, now) {
  const first = begin(state, series);
  const step = series.step_seconds * 1000;
  const from = at(series.from) + first * step;
  setText(byId('range'), `the last ${spoken((now - from) / 1000)}${first > 0 ? `; Baton has watched since ${minute(at(state.started), now)}` : ''}`);
  for (const card of byId('relay-list').children) {
    const relay = active.find(each => each.relay === card.dataset.key);
    const own = series.relays.find(each => each.relay === card.dataset.key);
    if (!relay || !own) continue;
    const sum = relay.last_15_minutes;
    const data = keys => ({ from, step, now, values: Object.fromEntries(keys.map(({ key }) => [key, own[key].slice(first)])) });
    const { plots } = cards.get(card);
    const pair = name => (sum[`${name}_p50`] === null ? [] : ['p50', 'p99'].map(mark => [mark, `${mark} ${duration(sum[`${name}_${mark}`])}`]));
    const orphans = sum.orphans + sum.orphans_attributed;
    plots.outcomes.update(data(outcomes), [
      ['in_time', `${count(sum.in_time)} in time`], ['late', sum.late && `${count(sum.late)} late`], ['missed', missedOf(sum) && `${count(missedOf(sum))} missed`], ['orphans', orphans && `${counted(orphans, 'orphan')}`],
    ].filter(([, text]) => text));
    plots.open.update(data(open), [['open', count(relay.waiting + relay.running)], ...(relay.missed_open ? [['missed', `${count(relay.missed_open)} missed`]] : [])]);
    plots.wake_up.update(data(quantiles('wake_up')), pair('wake_up'));
    plots.full_link.update(data(quantiles('full_link')), pair('full_link'));
  }
}

// The plots begin with the first thing seen, or with Baton's start, and are never shorter than five minutes.
function begin(state, series) {
  const length = series.accepted_spans.length;
  const started = Math.floor((at(state.started) - at(series.from)) / 1000 / series.step_seconds);
  const seen = series.relays.map(relay => relay.published.findIndex(value => value !== null)).filter(i => i >= 0);
  return Math.min(length - leastSteps, Math.max(0, Math.min(started, ...seen)));
}

function empty(isEmpty, state) {
  const list = byId('relay-list');
  let note = byId('no-relays');
  if (!isEmpty) return note?.remove();
  if (!note) {
    note = el('div', { id: 'no-relays', class: 'empty', 'data-key': 'none' });
    list.after(note);
  }
  const places = state.receivers.map(each => `${each.protocol} ${each.endpoint}`).join(', ');
  const text = state.accepted_spans > 0
    ? 'Spans arrive, but none matches the produce condition of a relay, nor is a messaging span of kind PRODUCER. Run baton analyze on a recording to see what your relays make of it, or look at continuity.relays.'
    : `Point an SDK or a Collector here (${places}), as its OTLP endpoint. To see what this page shows of broken jobs, run baton demo.`;
  setText(note, text);
}
