import { call } from './api.js';
import { announce, button, empty, h, heading, load, table, tag } from './dom.js';
import { bytes, count, node, percent } from './format.js';
import { history } from './history.js';
import { ticks, watch } from './live.js';
import { liveChart } from './overview.js';

export const title = 'Cache';

const sum = (rows, field) => rows.reduce((total, row) => total + row.stats.total[field], 0);
const ratio = rows => { const reads = sum(rows, 'hits') + sum(rows, 'misses'); return reads ? sum(rows, 'hits') / reads : null; };
const slowest = (rows, part) => { const known = rows.map(row => row.stats.percentiles?.[part]).filter(value => value !== undefined && value !== null); return known.length ? `${Math.max(...known).toFixed(1)} ms` : '–'; };

export function render(main, signal) {
  const [live, place] = [h('section', { 'aria-label': 'Live' }), h('section', { 'aria-label': 'Statistics' })];
  const minutes = h('select', { id: 'minutes', onchange: () => look() },
    [[15, '15 minutes'], [60, 'hour'], [360, '6 hours'], [1440, 'day']].map(([value, name]) => h('option', { value, selected: value === 60 }, name)));
  const warm = button('Warm', async () => {
    warm.disabled = true;
    try {
      const { warmed, missing } = await call('/api/v1/admin/cache/warm', { method: 'POST' });
      announce(`${count(warmed)} values are in memory.${missing.length ? ` ${missing.length} nodes did not answer.` : ''}`);
    } catch (error) {
      announce(error.message, 'error');
    }
    warm.disabled = false;
  });
  main.append(heading('Cache', h('div', { class: 'row' }, h('label', { for: 'minutes' }, 'The last'), minutes, button('Refresh', () => look()), warm)), live, place, history(signal));

  live.append(liveChart());
  watch(signal, ({ tick }) => { if (tick) live.replaceChildren(liveChart()); });

  const look = () => load(place, signal, () => call(`/api/v1/admin/cache/stats?minutes=${minutes.value}`, { signal }), show);
  look();
}

function show({ regions, nodes, missing }) {
  const families = Object.entries(Object.groupBy(regions, row => row.stats.region)).sort(([a], [b]) => a.localeCompare(b));
  const counts = [
    { title: 'Hit ratio', number: true, cell: ([, rows]) => bar(ratio(rows)) },
    ...[['Hits', 'hits'], ['Misses', 'misses'], ['Redis hits', 'store_hits'], ['Loads', 'fills'], ['Stale', 'stale_serves'], ['Refused', 'refused_fills'], ['Evicted', 'evictions'], ['Commands', 'commands']]
      .map(([name, field]) => ({ title: name, number: true, cell: ([, rows]) => count(sum(rows, field)) })),
    { title: 'Wait p50', number: true, cell: ([, rows]) => slowest(rows, 'p50') },
    { title: 'p99', number: true, cell: ([, rows]) => slowest(rows, 'p99') },
    { title: 'Held', number: true, cell: ([, rows]) => bytes(rows.reduce((total, row) => total + row.stats.memory, 0)) }];
  return [
    missing.length ? h('p', { class: 'state error', role: 'alert' }, `Without ${missing.map(node).join(', ')}: no answer in time.`) : null,
    families.length === 0 ? empty('Nothing has been read in this time.') : [
      h('h2', {}, 'By region'),
      table('Regions, all nodes', [{ title: 'Region', cell: ([name]) => name }, ...counts], families),
      h('h2', {}, 'By region and node'),
      table('Regions on each node', [{ title: 'Region', cell: ([name]) => name }, { title: 'Node', cell: ([, [row]]) => node(row) }, ...counts],
        regions.toSorted((a, b) => a.stats.region.localeCompare(b.stats.region)).map(row => [row.stats.region, [row]]))],
    h('h2', {}, 'Nodes'),
    table('Memory of each node', [
      { title: 'Node', cell: node },
      { title: 'Memory', number: true, cell: one => bytes(one.memory) },
      { title: 'Keys', number: true, cell: one => count(one.slots) },
      { title: 'Redis', cell: one => one.redis_used ? tag('used', 'good') : tag('bypassed', 'warn') },
      { title: 'Log', cell: one => one.log_trusted ? tag('trusted', 'good') : tag('not trusted', 'warn') },
    ], nodes)].flat().filter(Boolean);
}

function bar(value) {
  return value === null ? '–' : h('span', { class: 'meter' }, h('meter', { min: 0, max: 1, value, 'aria-hidden': 'true' }), h('span', {}, percent(value)));
}
