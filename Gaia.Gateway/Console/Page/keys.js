import { call } from './api.js';
import { announce, button, confirmed, empty, h, heading, load, table, tag } from './dom.js';
import { bytes, count, duration } from './format.js';

export const title = 'Keys';

const keyPath = key => `/api/v1/admin/cache/keys/${key.split('/').map(encodeURIComponent).join('/')}`;
const pageSize = 50;

export function render(main, signal, [chosen]) {
  const pattern = h('input', { id: 'pattern', type: 'search', value: sessionStorage.getItem('gaia.console.pattern') ?? '*', spellcheck: 'false' });
  const [list, one] = [h('section', { 'aria-label': 'Keys found' }), h('section', { 'aria-label': 'One key', class: 'detail-pane' })];
  main.append(
    heading('Keys'),
    h('form', { class: 'row', role: 'search', onsubmit: event => { event.preventDefault(); sessionStorage.setItem('gaia.console.pattern', pattern.value); search(); } },
      h('label', { for: 'pattern' }, 'Pattern'), pattern,
      h('button', { class: 'primary' }, 'Search'),
      button('Flush…', () => flush(pattern.value.trim(), search), { class: 'danger' })),
    h('p', { class: 'detail' }, '* is any text, ? any one character. Keys are looked for in Redis.'),
    one, list);
  const search = () => find(list, signal, pattern.value.trim() || '*');
  search();
  if (chosen) inspect(one, signal, chosen, search);
}

function find(place, signal, pattern) {
  const rows = [];
  const next = cursor => load(place, signal,
    () => call(`/api/v1/admin/cache/keys?${new URLSearchParams({ pattern, limit: pageSize, ...(cursor ? { cursor } : {}) })}`, { signal }),
    page => {
      rows.push(...page.keys);
      if (rows.length === 0) return empty(`No key in Redis matches ${pattern}.`);
      return [
        table(`Keys that match ${pattern}`, [
          { title: 'Key', wide: true, cell: row => h('a', { href: `#/keys/${encodeURIComponent(row.key)}` }, row.key) },
          { title: 'Region', cell: row => row.region },
          { title: 'Expires in', number: true, cell: row => row.ttl === null ? 'never' : duration(row.ttl) },
          { title: 'Size', number: true, cell: row => bytes(row.size) },
        ], rows),
        h('div', { class: 'row' }, h('span', { role: 'status' }, `${count(rows.length)} ${rows.length === 1 ? 'key' : 'keys'}${page.cursor ? ', and more' : ''}`), page.cursor ? button('Show more', () => next(page.cursor)) : null)];
    });
  place.replaceChildren();
  next(null);
}

function inspect(place, signal, key, changed) {
  const remove = async () => {
    if (!await confirmed('Delete this key?', `${key} goes from Redis and from the memory of every node. It is loaded anew when it is next read.`, 'Delete')) return;
    try {
      await call(keyPath(key), { method: 'DELETE' });
      announce(`${key} is deleted.`);
      place.replaceChildren();
      history.replaceState(null, '', '#/keys');
      changed();
    } catch (error) {
      announce(error.message, 'error');
    }
  };
  load(place, signal, () => call(keyPath(key), { signal }).catch(error => { if (error.status === 404) return null; throw error; }), entry => entry === null
    ? empty(`${key} is neither in Redis nor in the memory of the gateway that was asked.`)
    : h('article', { class: 'card' },
      h('h2', { class: 'wide' }, entry.key),
      h('dl', {},
        [['Region', entry.region], ['Version', entry.version ?? '–'], ['Expires in', entry.in_redis ? entry.ttl === null ? 'never' : duration(entry.ttl) : '–'],
          ['Held', [entry.in_redis ? tag('in Redis', 'good') : tag('not in Redis'), ' ', entry.in_memory ? tag('in memory', 'good') : tag('not in the memory of this gateway')]]]
          .map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
      entry.redacted ? empty('There is a value, which is not shown: the region holds credentials.')
        : entry.tombstone ? empty('No value: Redis holds the mark of an invalidation.')
        : h('pre', { tabindex: '0', 'aria-label': 'Value' }, JSON.stringify(entry.value, null, 2)),
      h('div', { class: 'row' }, button('Delete…', remove, { class: 'danger' }), h('a', { class: 'button', href: '#/keys' }, 'Close'))));
}

async function flush(pattern, changed) {
  if (!pattern) return;
  const body = { pattern, confirm: true };
  try {
    const { matched } = await call('/api/v1/admin/cache/flush', { method: 'POST', body: { ...body, dry_run: true } });
    if (!await confirmed('Flush this pattern?', `${count(matched)} keys in Redis match ${pattern}. They go from Redis and from the memory of every node.`, `Flush ${count(matched)} keys`)) return;
    const { removed } = await call('/api/v1/admin/cache/flush', { method: 'POST', body });
    announce(`${count(removed)} keys are gone.`);
    changed();
  } catch (error) {
    announce(error.message, 'error');
  }
}
