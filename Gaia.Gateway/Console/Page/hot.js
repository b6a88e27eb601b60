import { callWithHeaders } from './api.js';
import { button, empty, h, heading, load, table } from './dom.js';
import { count, node, percent } from './format.js';

export const title = 'Hot keys';

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'Hot keys' });
  const look = () => load(place, signal, () => callWithHeaders('/api/v1/admin/cache/hot?limit=100', { signal }), show);
  main.append(heading('Hot keys', button('Refresh', look)), h('p', { class: 'detail' }, 'Reads answered from memory since each node started, from a sample.'), place);
  look();
}

function show({ body: keys, headers }) {
  const total = keys.reduce((sum, key) => sum + key.hits, 0);
  const missing = headers.get('X-Missing-Nodes');
  return [
    missing ? h('p', { class: 'state error', role: 'alert' }, `Without ${missing}: no answer in time.`) : null,
    keys.length === 0 ? empty('No key has been read often enough yet.') : table('The keys that memory answers most', [
      { title: 'Key', wide: true, cell: key => h('a', { href: `#/keys/${encodeURIComponent(key.key)}` }, key.key) },
      { title: 'Region', cell: key => key.region },
      { title: 'Hits', number: true, cell: key => count(key.hits) },
      { title: 'Share', number: true, cell: key => percent(total ? key.hits / total : null) },
      { title: 'Nodes', cell: key => key.nodes.map(one => `${node(one)}: ${count(one.hits)}`).join(', ') },
    ], keys)].filter(Boolean);
}
