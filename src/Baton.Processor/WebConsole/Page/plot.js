// A small plot over time: lines, an area, or stacked bars. It tells its values to the mouse, to a finger, and to the arrow keys.

import { el, redraw, svg, setAttribute } from './dom.js';
import { minute } from './format.js';

const height = 92;
const top = 16;
const bottom = 16;
const left = 2;
const barWidth = 5;

export const added = values => values.reduce((a, b) => a + b);
export const mean = values => added(values) / values.length;
export const highest = values => Math.max(...values);

/**
 * @param title what it shows
 * @param series [{key, kind: line | area | bar, look, label, mark, sum: values => value}], the first drawn first; mark: the colour beside its value, if not its key's
 * @param say value => text
 */
export function plot(title, series, say) {
  const reading = el('span', { class: 'num' });
  const picture = svg('svg', { role: 'img', tabindex: '0', preserveAspectRatio: 'none' });
  const figure = el('figure', { class: 'plot' }, el('figcaption', {}, el('b', {}, title), reading), picture);
  const own = { title, series, say, reading, picture, data: null, marked: null, resting: [] };
  new ResizeObserver(() => draw(own)).observe(picture);
  picture.addEventListener('pointermove', event => mark(own, columnAt(own, event)));
  picture.addEventListener('pointerleave', () => mark(own, null));
  picture.addEventListener('blur', () => mark(own, null));
  picture.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !own.columns?.length) return;
    event.preventDefault();
    mark(own, Math.min(own.columns.length - 1, Math.max(0, (own.marked ?? (step < 0 ? own.columns.length : -1)) + step)));
  });
  return { figure, update: (data, resting) => update(own, data, resting) };
}

/** data: {from, step, now, values: {key: [number | null]}}, cut to what is shown; resting: [[key, text]], what is said while nothing is pointed at. */
function update(own, data, resting) {
  own.data = data;
  own.resting = resting;
  draw(own);
}

function draw(own) {
  const width = own.picture.clientWidth;
  if (!own.data || width === 0) return;
  own.columns = columnsOf(own, width);
  const most = Math.max(...own.columns.map(column => column.most), 0);
  const scale = { x: i => left + (i + 0.5) * (width - left) / own.columns.length, y: v => top + (height - top - bottom) * (1 - v / (most || 1)), wide: (width - left) / own.columns.length };
  const parts = [svg('line', { class: 'axis', x1: 0, x2: width, y1: height - bottom + 0.5, y2: height - bottom + 0.5 })];
  if (own.columns.length > 0) {
    const bars = own.series.filter(one => one.kind === 'bar');
    if (bars.length > 0) parts.push(...stack(own.columns, bars, scale));
    for (const one of own.series.filter(each => each.kind !== 'bar')) parts.push(...path(own.columns, one, scale));
    parts.push(svg('text', { x: 0, y: height - 3 }, minute(own.columns[0].from, own.data.now)));
    parts.push(svg('text', { x: width, y: height - 3, 'text-anchor': 'end' }, minute(own.data.now, own.data.now)));
    if (most > 0) parts.push(svg('text', { x: width, y: 9, 'text-anchor': 'end' }, own.say(most)));
    if (own.marked !== null && own.columns[own.marked])
      parts.push(svg('line', { class: 'cross', x1: scale.x(own.marked), x2: scale.x(own.marked), y1: top, y2: height - bottom }));
  }
  setAttribute(own.picture, 'viewBox', `0 0 ${width} ${height}`);
  own.picture.replaceChildren(...parts);
  setAttribute(own.picture, 'aria-label', `${own.title}. ${own.resting.map(([, text]) => text).join(', ') || 'nothing yet'}${most > 0 ? `; at most ${own.say(most)}` : ''}`);
  read(own);
}

// As many steps together as make a bar that can be seen: counts are added up, of levels and high quantiles the highest counts, of medians the mean.
function columnsOf(own, width) {
  const { from, step, values } = own.data;
  const length = Object.values(values)[0].length;
  const group = Math.max(1, Math.ceil(length * barWidth / width));
  const columns = [];
  for (let i = 0; i < length; i += group) {
    const column = { from: from + i * step, values: {} };
    for (const { key, sum = highest } of own.series) {
      const kept = values[key].slice(i, i + group).filter(value => value !== null);
      column.values[key] = kept.length === 0 ? null : sum(kept);
    }
    const of = kind => own.series.filter(one => one.kind === kind).map(one => column.values[one.key] ?? 0);
    column.most = Math.max(of('bar').reduce((a, b) => a + b, 0), ...of('line'), ...of('area'));
    columns.push(column);
  }
  return columns;
}

function stack(columns, bars, scale) {
  const parts = [];
  const gap = scale.wide > 3 ? 1 : 0;
  columns.forEach((column, i) => {
    let sum = 0;
    for (const { key } of bars) {
      const value = column.values[key];
      if (!value) continue;
      const y = scale.y(sum + value);
      const least = Math.max(scale.y(sum) - y, 1.5);
      parts.push(svg('rect', { class: `b-${key}`, x: scale.x(i) - scale.wide / 2 + gap / 2, y, width: Math.max(1, scale.wide - gap), height: least }));
      sum += value;
    }
  });
  return parts;
}

// Where nothing is known a line is interrupted; a value that stands alone is a dot.
function path(columns, one, scale) {
  const runs = [];
  let run = null;
  columns.forEach((column, i) => {
    const value = column.values[one.key];
    if (value === null) run = null;
    else if (run) run.push([scale.x(i), scale.y(value)]);
    else runs.push(run = [[scale.x(i), scale.y(value)]]);
  });
  const line = points => points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  return runs.map(points => {
    if (one.kind === 'area') return svg('path', { class: one.look, d: `${line(points)}L${points.at(-1)[0].toFixed(1)} ${scale.y(0)}L${points[0][0].toFixed(1)} ${scale.y(0)}Z` });
    return svg('path', { class: one.look, d: points.length === 1 ? `${line(points)}h.1` : line(points) });
  });
}

function columnAt(own, event) {
  if (!own.columns?.length) return null;
  const box = own.picture.getBoundingClientRect();
  return Math.min(own.columns.length - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * own.columns.length)));
}

function mark(own, column) {
  if (own.marked === column) return;
  own.marked = column;
  draw(own);
}

function read(own) {
  const column = own.marked === null ? null : own.columns?.[own.marked];
  const said = column
    ? own.series.filter(one => column.values[one.key] !== null && (one.kind !== 'bar' || column.values[one.key] > 0)).map(one => [one.mark ?? one.key, `${one.label} ${own.say(column.values[one.key])}`])
    : own.resting;
  const time = column ? [minute(column.from, own.data.now)] : [];
  redraw(own.reading, [time, said], () => [...time, ...said.map(([key, text]) => el('span', { class: 'said' }, el('span', { class: `k ${key}` }), text))]);
}
