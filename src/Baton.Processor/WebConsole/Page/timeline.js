// A handoff's way, drawn: published, the gap, picked up, at work, its deadline, and completed after all. Up to the deadline it is to scale; what
// came long after is brought nearer, and says how long it was.

import { svg } from './dom.js';
import { at, duration, minute, spoken } from './format.js';
import { promise } from './words.js';

const height = 118;
const lane = 62;
const side = 8;
const characterWidth = 6.7;
const boldWidth = 7.6;

export function timeline(broken, now, width) {
  const picture = svg('svg', { class: 'timeline', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': tell(broken, now) });
  picture.append(...(broken.orphan ? orphan(broken, now, width) : handoff(broken, now, width)));
  return picture;
}

/** The same in words. */
export function tell(broken, now) {
  if (broken.orphan) return `A worker of ${broken.service ?? 'an unknown service'} ran for ${duration((at(broken.ended) - at(broken.began)) / 1000)} outside of any handoff's trace.`;
  const after = text => duration((at(text) - at(broken.published)) / 1000);
  return [
    `Published ${minute(at(broken.published), now)}`,
    broken.picked_up ? `picked up after ${after(broken.picked_up)}` : 'not picked up',
    `deadline after ${after(broken.deadline_at)}`,
    broken.completed ? `completed after ${after(broken.completed)}` : 'not completed',
  ].join(', ') + '.';
}

function handoff(broken, now, width) {
  const began = at(broken.published);
  const deadline = at(broken.deadline_at);
  const done = broken.completed ? at(broken.completed) : null;
  const picked = broken.picked_up ? at(broken.picked_up) : null;
  const end = Math.max(done ?? (broken.taken_back ? deadline : now), deadline, picked ?? 0);
  const x = scale(began, deadline, end, width);
  const right = x(end);
  const parts = [svg('rect', { class: 'over', x: x(deadline), y: lane - 22, width: Math.max(0, right - x(deadline)), height: 44 })];

  const until = picked ?? (done ?? end);
  parts.push(svg('line', { class: 'gap', x1: x(began), x2: x(until), y1: lane, y2: lane }));
  if (picked !== null) parts.push(svg('line', { class: done ? 'run' : 'unsure', x1: x(picked), x2: x(done ?? end), y1: lane, y2: lane }));
  const seen = at(broken.worker_last_seen ?? '');
  if (!done && seen > began && seen < end) parts.push(svg('line', { class: 'seen', x1: x(seen), x2: x(seen), y1: lane - 12, y2: lane + 12 }));
  parts.push(svg('line', { class: 'deadline', x1: x(deadline), x2: x(deadline), y1: 24, y2: lane + 22 }));
  parts.push(svg('circle', { class: 'dot', cx: x(began), cy: lane, r: 5 }));
  if (picked !== null) parts.push(svg('circle', { class: 'dot', cx: x(picked), cy: lane, r: 5 }));
  if (done !== null) parts.push(svg('circle', { class: 'dot done', cx: x(done), cy: lane, r: 6 }));

  const above = [{ x: x(deadline), text: `deadline ${minute(deadline, now)}: ${duration(broken.deadline_seconds)} ${promise(broken)}`.trim(), look: 'deadline-text' }];
  const below = [{ x: x(began), text: `published ${minute(began, now)}`, from: x(began) }];
  if (picked !== null) below.push({ x: x(picked), text: `picked up after ${duration((picked - began) / 1000)}`, from: x(picked) });
  if (!done && seen > began && seen < end) below.push({ x: x(seen), text: `${broken.worker} last seen ${minute(seen, now)}`, from: x(seen), look: 'soft' });
  below.push(ending(broken, x, { began, deadline, done, end, now }));
  return [...parts, ...labels(above, width, 16, -14), ...labels(below, width, lane + 38, 15)];
}

function ending(broken, x, { began, deadline, done, end, now }) {
  if (done !== null && done > deadline) return { x: x(done), from: x(done), text: `completed ${minute(done, now)}, ${duration((done - deadline) / 1000)} late` };
  if (done !== null) return { x: x(done), from: x(done), text: `completed after ${duration((done - began) / 1000)}, in time` };
  if (broken.taken_back) return { x: x(end), from: x(end), text: 'taken back', look: 'soft' };
  return { x: x(end), text: `now: ${spoken((now - deadline) / 1000)} overdue`, look: 'deadline-text' };
}

function orphan(broken, now, width) {
  const x = scale(at(broken.began), at(broken.ended), at(broken.ended), width * 0.6);
  const shift = width * 0.3;
  const below = [{ x: shift + x(at(broken.began)), text: `${broken.service ?? 'a worker'} began ${minute(at(broken.began), now)}, ran for ${duration((at(broken.ended) - at(broken.began)) / 1000)}` }];
  const above = [{ x: side, text: broken.linked_trace_id ? `published in trace ${broken.linked_trace_id.slice(0, 8)}…, found by its job id` : 'published in another trace: which, is not known', look: 'soft' }];
  return [
    svg('line', { class: 'gap', x1: side, x2: shift, y1: lane, y2: lane }),
    svg('circle', { class: 'dot', cx: side, cy: lane, r: 5 }),
    svg('line', { class: 'run', x1: shift + side, x2: Math.max(shift + side + 12, shift + x(at(broken.ended))), y1: lane, y2: lane }),
    ...labels(above, width, lane - 22, 0), ...labels(below, width, lane + 30, 15),
  ];
}

// To scale where that leaves room for both sides of the deadline.
function scale(began, deadline, end, width) {
  const wide = width - 2 * side;
  const share = end === deadline ? 1 : Math.min(0.72, Math.max(0.4, (deadline - began) / Math.max(1, end - began)));
  return time => side + wide * (time <= deadline
    ? share * (time - began) / Math.max(1, deadline - began)
    : share + (1 - share) * (time - deadline) / Math.max(1, end - deadline));
}

// Texts beside each other where there is room, else on further lines.
function labels(wanted, width, first, lineHeight) {
  const lines = [];
  const parts = [];
  for (const { x, text, look, from } of wanted.sort((a, b) => a.x - b.x)) {
    const wide = text.length * (look === 'deadline-text' ? boldWidth : characterWidth);
    const begin = Math.max(0, Math.min(x - (x > width * 0.6 ? wide * 0.8 : x < 30 ? 0 : wide / 2), width - wide));
    let line = lines.findIndex(end => end + 12 < begin);
    if (line < 0) line = lines.push(0) - 1;
    lines[line] = begin + wide;
    const y = first + line * lineHeight;
    if (from !== undefined && line > 0) parts.push(svg('line', { class: 'lead', x1: from, x2: from, y1: lane + 8, y2: y - 11 }));
    parts.push(svg('text', { x: begin, y, class: look ?? null }, text));
  }
  return parts;
}
