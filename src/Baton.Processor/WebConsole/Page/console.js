// Asks Baton every two seconds, and shows the answer in place.

import { byId, el, keyed, setAttribute, setText } from './dom.js';
import { at, clock, utc, zone } from './format.js';
import { headline } from './headline.js';
import { bindBroken, showBroken } from './broken.js';
import { showFlow, showPipes } from './flow.js';
import { showRelays } from './relays.js';

const pause = 2000;
const pauseHidden = 15000;
const limit = 10000;
const seriesEvery = 3;

let state = null;
let series = null;
let answered = 0;
let skew = 0;
let round = 0;
let timer = 0;

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(limit), headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

async function poll() {
  timer = 0;
  try {
    const before = state;
    state = await ask('/v1/console');
    // The page goes by Baton's clock: the browser's may be another's.
    skew = at(state.now) - Date.now();
    answered = Date.now();
    if (!series || round++ % seriesEvery === 0 || before?.broken_total !== state.broken_total) series = await ask('/v1/console/series');
    show();
  } catch (fault) {
    lose(fault);
  }
  timer = setTimeout(poll, document.hidden ? pauseHidden : pause);
}

function show() {
  document.body.classList.remove('stale');
  setAttribute(byId('live'), 'class', 'live');
  setText(byId('live'), 'live');
  setText(byId('version'), state.version);
  const glance = headline(state);
  say(glance);
  setText(document.querySelector('title'), `${glance.level === 'good' || glance.level === 'idle' ? '' : '▲ '}${glance.title} · Baton`);
  // The broken come first while something is wrong, else after what is well.
  const [broken, relays] = [byId('broken'), byId('relays')];
  const [upper, lower] = glance.level === 'good' || glance.level === 'idle' ? [relays, broken] : [broken, relays];
  if (upper.nextElementSibling !== lower && !byId('main').contains(document.activeElement)) byId('headline').after(upper, lower);
  showBroken(state);
  showRelays(state, series);
  showFlow(state);
  showPipes(state);
}

function say({ level, sentence, because, others }) {
  setAttribute(byId('headline'), 'class', `headline ${level}`);
  setText(byId('sentence'), sentence);
  setText(byId('because'), because);
  keyed(byId('others'), others, other => other.text, () => el('li'), (item, other) => {
    setAttribute(item, 'class', other.level);
    setText(item, `${other.text}.`);
  });
}

function lose(fault) {
  const since = answered ? clock(answered + skew, Date.now() + skew) : null;
  document.body.classList.add('stale');
  setAttribute(byId('live'), 'class', 'live lost');
  setText(byId('live'), 'no answer');
  say({
    level: 'bad', others: [],
    sentence: since ? `Baton has not answered since ${since}.` : 'Baton does not answer.',
    because: `${since ? 'What stands below is from then. ' : ''}Jobs may be lost meanwhile without anybody being told: look whether the process runs, and whether you can reach it. This page goes on asking.`,
  });
  setText(document.querySelector('title'), '▲ no answer · Baton');
  console.info(`Baton could not be asked: ${fault.message}`);
}

function tick() {
  const now = Date.now() + skew;
  const parts = [el('b', {}, clock(now, now)), ` ${zone()} · ${utc(now)} UTC`];
  if (zone() === 'UTC') parts[1] = ' UTC';
  byId('clock').replaceChildren(...parts);
}

bindBroken();
setText(byId('zone'), zone() === 'UTC' ? 'UTC, as your browser’s zone' : `those of your browser, ${zone()}`);
tick();
setInterval(tick, 1000);
document.addEventListener('visibilitychange', () => {
  if (document.hidden || !timer) return;
  clearTimeout(timer);
  poll();
});
poll();
