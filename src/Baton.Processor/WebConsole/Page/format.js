// Figures as people read them. Times come as RFC 3339 in UTC and are shown in the browser's zone.

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minuteFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const halfADay = 12 * 3600 * 1000;
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

export const count = n => plain.format(n);

/** "1 handoff", "4 handoffs". */
export const counted = (n, one, many = one + 's') => `${count(n)} ${n === 1 ? one : many}`;

/** A duration: 130 ms, 4.1 s, 52 s, 13m30s, 3h51m, 2d4h. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  const s = Math.max(0, seconds);
  if (s === 0) return '0 s';
  if (s < 0.9995) return `${Math.max(1, Math.round(s * 1000))} ms`;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(whole, 60, 'm', 's');
  const minutes = Math.round(s / 60);
  return minutes < 1440 ? two(minutes, 60, 'h', 'm') : two(Math.round(s / 3600), 24, 'd', 'h');
}

function two(n, base, upper, lower) {
  const rest = n % base;
  return `${Math.floor(n / base)}${upper}${rest ? String(rest).padStart(upper === 'd' ? 1 : 2, '0') + lower : ''}`;
}

/** A duration in the words of a sentence, to the minute where it has some: "6 min". */
export function spoken(seconds) {
  const s = Math.max(0, seconds);
  return s < 90 ? `${Math.round(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : s < 172800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} days`;
}

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  while (n >= 1024 && i < units.length - 1) {
    n /= 1024;
    i++;
  }
  return `${i === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[i]}`;
}

export const at = text => Date.parse(text);

/** The clock's time, and the day if that was more than half a day ago. */
export function clock(time, now, format = clockFormat) {
  const date = new Date(time);
  const day = Math.abs(now - time) < halfADay ? '' : `${dayFormat.format(date)} `;
  return day + format.format(date);
}

export const minute = (time, now) => clock(time, now, minuteFormat);

export const utc = time => new Date(time).toISOString().slice(11, 19);

/** The whole of it, for a tooltip: both zones. */
export const full = time => `${new Date(time).toLocaleString('en-GB', { timeZoneName: 'short' })}, ${new Date(time).toISOString().replace('T', ' ').replace('Z', ' UTC')}`;

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'local';
