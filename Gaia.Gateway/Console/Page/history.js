import { call } from './api.js';
import { chart } from './chart.js';
import { empty, h, load } from './dom.js';

const periods = [[360, '6 hours', '6 hours ago'], [1440, 'day', 'a day ago'], [10_080, 'week', 'a week ago'], [43_200, '30 days', '30 days ago']];
const busiest = 4;

// What all caches did in the last days: it outlives the nodes.
export function history(signal) {
  const place = h('div');
  const minutes = h('select', { id: 'history', onchange: () => look() }, periods.map(([value, name]) => h('option', { value, selected: value === 1440 }, name)));
  const look = () => load(place, signal, () => call(`/api/v1/admin/cache/history?minutes=${minutes.value}`, { signal }), view => show(view, periods[minutes.selectedIndex][2]));
  look();
  return h('section', { 'aria-label': 'History' }, h('div', { class: 'row' }, h('h2', {}, 'History'), h('label', { for: 'history' }, 'The last'), minutes), place);
}

function show(view, from) {
  if (view.steps.length === 0) return empty('Nothing has been recorded in this time. Nodes add what they have counted every few minutes.');
  const points = every(view);
  const reads = new Map();
  for (const { region, reads: more } of view.steps.flatMap(step => step.regions)) reads.set(region, (reads.get(region) ?? 0) + more);
  const regions = [...reads].sort(([, a], [, b]) => b - a).slice(0, busiest).map(([region]) => region);
  const total = field => point => point.regions.reduce((sum, region) => sum + region[field], 0);
  return [
    h('h3', {}, 'Hit ratio of the regions read most, %'),
    chart('Hit ratio', regions.map((name, index) => ({ name, class: `c${index + 1}`, value: point => ratio(point.regions.find(region => region.region === name)) })), points, { from }),
    h('h3', {}, `Reads in ${view.step_minutes} minutes, by what answered them`),
    chart('Reads', [
      { name: 'memory', class: 'c2', value: total('hits') },
      { name: 'stale', class: 'c3', value: total('stale_serves') },
      { name: 'Redis', class: 'c1', value: total('store_hits') },
      { name: 'source', class: 'c4', value: point => Math.max(0, total('misses')(point) - total('store_hits')(point) - total('stale_serves')(point)) },
    ], points, { from, stacked: true })];
}

// Steps in which nothing was read are not in the answer.
function every({ minutes, step_minutes: length, steps }) {
  const known = new Map(steps.map(step => [Date.parse(step.at), step]));
  const [step, end] = [length * 60_000, Date.parse(steps.at(-1).at)];
  const last = Math.max(end, Math.ceil(Date.now() / step) * step);
  return Array.from({ length: Math.ceil(minutes / length) }, (_, index) => last - step * (Math.ceil(minutes / length) - 1 - index)).map(at => known.get(at) ?? { at, regions: [] });
}

const ratio = region => region?.reads ? 100 * region.hits / region.reads : null;
