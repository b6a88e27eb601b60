export const count = number => Number(number).toLocaleString('en');

export const percent = ratio => ratio === null || ratio === undefined ? '–' : `${(ratio * 100).toFixed(ratio > 0.999 && ratio < 1 ? 2 : 1)} %`;

export function bytes(number) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (number >= 1024 && unit < units.length - 1) { number /= 1024; unit++; }
  return `${unit === 0 ? number : number.toFixed(1)} ${units[unit]}`;
}

export function duration(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms * 100) / 100} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

export const dollars = cost => `$${Number(cost).toFixed(cost && cost < 0.01 ? 6 : 2)}`;

// A day in UTC, so many days from today.
export const day = offset => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

export const moment = time => time ? new Date(time).toLocaleString() : '–';

export const node = ({ node: service, instance }) => instance ? `${service} ${instance}` : `${service} (no node known)`;
