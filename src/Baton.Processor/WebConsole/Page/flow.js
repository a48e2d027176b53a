// Workers, backlog, exporters, journal: tables that say what is too much.

import { byId, el, redraw } from './dom.js';
import { bytes, count, counted, duration } from './format.js';

const few = 8;
const late = 60;

export function showFlow(state) {
  byId('flow').hidden = state.workers.length + state.destinations.length === 0;
  redraw(byId('workers'), [state.workers, state.workers_total], () => state.workers.length === 0 ? [] : [table(
    'Workers', ['Worker', 'Takes from', 'Busy', ''],
    state.workers.slice(0, few).map(one => [
      [one.service, one.instance].filter(Boolean).join(' '), one.destination, meter(one.busy_ratio, one.thrashing),
      number(`${Math.round(100 * one.busy_ratio)} %${one.thrashing ? ', thrashing' : ''}`, one.thrashing),
    ]),
  ), rest(state.workers_total - few, 'worker')]);
  redraw(byId('destinations'), [state.destinations, state.destinations_total], () => state.destinations.length === 0 ? [] : [table(
    'Backlog', ['Destination', 'Waiting', 'In the last minute', 'Producers should wait'],
    state.destinations.slice(0, few).map(one => [
      one.destination || 'without a name', number(count(one.backlog)), number(`${one.backlog_growth > 0 ? '+' : ''}${count(one.backlog_growth)}`, one.thrashing),
      number(one.suggested_delay_seconds > 0 ? duration(one.suggested_delay_seconds) : '–'),
    ]),
  ), rest(state.destinations_total - few, 'destination')]);
}

export function showPipes(state) {
  byId('pipes').hidden = false;
  redraw(byId('exporters'), state.exporters, () => table(
    'Exporters', ['Exporter', 'Waiting', 'Oldest', 'Sent', 'Lost'],
    state.exporters.map(one => [
      one.exporter, number(bytes(one.queue_bytes)), number(one.lag_seconds > 0 ? duration(one.lag_seconds) : '–', one.lag_seconds > late),
      number(count(one.sent_spans)), number(count(one.lost_spans), one.lost_spans > 0),
    ]),
  ));
  const journal = state.journal;
  const facts = [
    ['Journal', `${bytes(journal.bytes)} of ${bytes(journal.max_bytes)}`], ['Free on disk', bytes(journal.free_bytes)],
    ['Accepted', counted(state.accepted_spans, 'span')], ['Refused', counted(state.refused_spans, 'span')],
    ['Watched', counted(state.watched_traces, 'trace')], ['Judging is behind by', state.watch_lag_seconds > 0.05 ? duration(state.watch_lag_seconds) : 'nothing'],
  ];
  redraw(byId('storage'), facts, () => facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', { class: 'num' }, value))));
}

function table(caption, heads, rows) {
  const cell = (name, value, attributes = {}) => value?.alert === undefined ? el(name, attributes, value) : el(name, { ...attributes, class: `n${value.alert ? ' alert' : ''}` }, value.text);
  return el(
    'table', { class: 'table', 'aria-label': caption },
    el('thead', {}, el('tr', {}, ...heads.map((head, i) => el('th', { scope: 'col', class: rows[0]?.[i]?.alert === undefined ? null : 'n' }, head)))),
    el('tbody', {}, ...rows.map(row => el('tr', {}, ...row.map((value, i) => cell(i === 0 ? 'th' : 'td', value, i === 0 ? { scope: 'row' } : {}))))),
  );
}

const number = (text, alert = false) => ({ text, alert });

const rest = (n, name) => n > 0 ? el('p', { class: 'faint' }, `and ${counted(n, `further ${name}`)}`) : '';

function meter(ratio, alert) {
  const fill = el('span');
  fill.style.width = `${Math.round(100 * Math.min(1, ratio))}%`;
  return el('span', { class: `meter${alert ? ' alert' : ''}`, role: 'presentation' }, fill);
}
