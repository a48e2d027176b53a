// The list of broken handoffs; the one that is chosen shows its way, its facts, and how to get to its trace.

import { byId, el, keyed, redraw, setAttribute, setText } from './dom.js';
import { at, clock, count, duration, full, spoken } from './format.js';
import { timeline } from './timeline.js';
import { advice, evidenceOf, standing, verdict } from './words.js';

const few = 6;
const own = { order: 'worst', chosen: undefined, all: false, state: null };

export function showBroken(state) {
  own.state = state;
  const section = byId('broken');
  section.hidden = state.broken.length === 0;
  if (section.hidden) return;
  const now = at(state.now);
  const sorted = [...state.broken].sort(own.order === 'worst' ? byWorst(now) : (a, b) => at(b.told) - at(a.told));
  // Nobody has chosen yet: the first is open, so that the first glance sees its way. One that was chosen stays, though others come before it.
  const chosen = own.chosen === undefined ? idOf(sorted[0]) : own.chosen;
  const shown = own.all ? sorted : sorted.filter((one, i) => i < few || idOf(one) === chosen);
  keyed(byId('broken-list'), shown, idOf, makeRow, (row, broken) => updateRow(row, broken, now, idOf(broken) === chosen));
  const more = byId('more');
  more.hidden = shown.length === sorted.length;
  setText(more, `Show all ${count(sorted.length)}${state.broken_total > sorted.length ? ` of ${count(state.broken_total)} that were told since Baton started` : ''}`);
}

export function bindBroken() {
  for (const order of ['worst', 'latest']) {
    byId(`by-${order}`).addEventListener('click', () => {
      own.order = order;
      for (const each of ['worst', 'latest']) setAttribute(byId(`by-${each}`), 'aria-pressed', String(each === order));
      showBroken(own.state);
    });
  }
  byId('more').addEventListener('click', () => {
    own.all = true;
    showBroken(own.state);
  });
  new ResizeObserver(() => own.state && showBroken(own.state)).observe(byId('broken-list'));
  document.addEventListener('keydown', onKey);
}

const idOf = broken => broken.trace_id + broken.span_id;

// What is still missed, the longest overdue first; then what came late, by how much; then workers without context; last what was told too early.
function byWorst(now) {
  const rank = one => (one.open ? 0 : one.taken_back ? 3 : one.orphan ? 2 : 1);
  const overdue = one => (one.orphan ? at(one.told) : (one.completed ? at(one.completed) : now) - at(one.deadline_at));
  return (a, b) => rank(a) - rank(b) || overdue(b) - overdue(a);
}

function makeRow(broken) {
  const button = el('button', { type: 'button', class: 'row' }, el('span', { class: 'when' }), el('span', {}, el('span', { class: 'chip' })), el('span', { class: 'what' }), el('span', { class: 'overdue' }));
  button.addEventListener('click', () => choose(button.getAttribute('aria-expanded') === 'true' ? null : idOf(broken)));
  return el('li', {}, button);
}

function updateRow(row, broken, now, isOpen) {
  const [when, chip, what, overdue] = row.firstElementChild.children;
  const stand = standing(broken);
  setText(when, clock(at(broken.told), now));
  setAttribute(when, 'title', full(at(broken.told)));
  setText(chip.firstElementChild, stand.text);
  setAttribute(chip.firstElementChild, 'class', `chip ${stand.kind}`);
  const way = [broken.service, broken.destination, broken.worker].filter(Boolean).join(' → ');
  redraw(what, [broken.relay, broken.verdict, way], () => [`${broken.relay}: ${verdict(broken)}`, el('span', { class: 'where' }, way ? `  ${way}` : '')]);
  setText(overdue, late(broken, now));
  setAttribute(row.firstElementChild, 'aria-expanded', String(isOpen));
  const detail = row.children[1];
  if (!isOpen) return detail?.remove();
  const shown = detail ?? row.appendChild(el('div', { class: 'detail' }));
  updateDetail(shown, broken, now, Math.max(280, row.clientWidth - 32));
}

function late(broken, now) {
  if (broken.orphan || broken.taken_back) return '';
  const by = ((broken.completed ? at(broken.completed) : now) - at(broken.deadline_at)) / 1000;
  return broken.completed ? `${duration(by)} late` : `${spoken(by)} overdue`;
}

function updateDetail(detail, broken, now, width) {
  if (detail.children.length === 0) detail.append(el('div'), el('p', { class: 'advice' }), actions(broken), el('dl', { class: 'facts' }));
  const [picture, text, , facts] = detail.children;
  redraw(picture, [broken, Math.round(width), Math.floor(now / 5000)], () => timeline(broken, now, width));
  setText(text, [evidenceOf(broken), advice(broken)].filter(Boolean).join(' '));
  redraw(facts, [broken, Math.floor(now / 60000)], () => factsOf(broken, now).map(([name, value, title]) => el('div', {}, el('dt', {}, name), el('dd', { title: title ?? null, class: 'num' }, value))));
}

function actions(broken) {
  const copy = el('button', { type: 'button', class: 'copy' }, 'Copy');
  copy.addEventListener('click', () => copyText(broken.trace_id, copy));
  const link = traceLink(broken.trace_id);
  const linked = broken.linked_trace_id && broken.linked_trace_id !== broken.trace_id ? traceLink(broken.linked_trace_id) : null;
  return el(
    'div', { class: 'actions' }, el('span', { class: 'faint' }, 'Trace'), el('span', { class: 'id' }, broken.trace_id), copy,
    link ? el('a', { class: 'button primary open-trace', href: link, target: '_blank', rel: 'noopener noreferrer' }, 'Open trace') : '',
    linked ? el('a', { class: 'button', href: linked, target: '_blank', rel: 'noopener noreferrer' }, broken.orphan ? 'Open the producer’s trace' : 'Open the worker’s trace') : '',
    link ? '' : el('span', { class: 'faint' }, 'Set service.admin.trace_url for a link to your tracing backend.'),
  );
}

// The address comes from the configuration, where it was checked; the id is hexadecimal, as Baton wrote it.
function traceLink(id) {
  return own.state.trace_url && /^[0-9a-f]{32}$/.test(id) ? own.state.trace_url.replaceAll('{trace_id}', id) : null;
}

async function copyText(text, button) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not over plain HTTP from elsewhere: the old way is still there.
    const field = el('textarea', { readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    copied = document.execCommand('copy');
    field.remove();
    button.focus();
  }
  setText(button, copied ? 'Copied' : 'Select it by hand');
  setTimeout(() => setText(button, 'Copy'), 2000);
}

function factsOf(broken, now) {
  const time = text => [clock(at(text), now), full(at(text))];
  const facts = [];
  const add = (name, value, title) => value && facts.push([name, value, title]);
  if (broken.published) add('Published', ...time(broken.published));
  if (broken.deadline_at) add('Deadline', ...time(broken.deadline_at));
  if (broken.picked_up) add(broken.attempts > 1 ? `Picked up first, of ${broken.attempts} times` : 'Picked up', ...time(broken.picked_up));
  if (broken.completed) add('Completed', ...time(broken.completed));
  add('Told', ...time(broken.told));
  add(broken.orphan ? 'Worker' : 'Producer', broken.service);
  add(broken.picked_up ? 'Worker' : 'Usual worker', broken.worker);
  if (broken.worker_last_seen) add('Worker last seen', `${clock(at(broken.worker_last_seen), now)}, ${spoken((now - at(broken.worker_last_seen)) / 1000)} ago`, full(at(broken.worker_last_seen)));
  add('Destination', [broken.system, broken.destination].filter(Boolean).join(' '));
  add('Message id', broken.message_id);
  add('Job id', broken.job_id);
  add('Missing', broken.missing.join(', '));
  if (broken.backlog !== undefined) add('Waiting in its channel then', count(broken.backlog));
  add('Tied by', broken.match);
  add('Producing span', broken.orphan ? null : broken.span_id);
  return facts;
}

function choose(id) {
  own.chosen = id;
  showBroken(own.state);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('broken').hidden) return;
  const rows = [...byId('broken-list').querySelectorAll('.row')];
  const open = byId('broken-list').querySelector('.detail');
  const place = rows.findIndex(row => row === document.activeElement || row.parentNode.contains(document.activeElement));
  if (event.key === 'j' || event.key === 'k') {
    const current = place >= 0 ? place : rows.findIndex(row => row.getAttribute('aria-expanded') === 'true');
    const next = rows[Math.min(rows.length - 1, Math.max(0, current + (event.key === 'j' ? 1 : -1)))];
    choose(next.parentNode.dataset.key);
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'c') open?.querySelector('.copy').click();
  else if (event.key === 'o') open?.querySelector('.open-trace')?.click();
  else return;
  event.preventDefault();
}
