import { call } from './api.js';
import { button, empty, h, heading, load, table } from './dom.js';
import { count, moment } from './format.js';

export const title = 'Invalidations';

const pageSize = 100;
const interval = 2000;

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'Invalidations' });
  const filter = h('input', { id: 'filter', type: 'search', maxlength: 200, placeholder: 'A part of a key', autocomplete: 'off', oninput: () => show() });
  let pages = [];
  let show = () => {};

  // Pages that were asked for stay as they are: only the newest entries are looked for again.
  const look = () => read(null, page => [page]);
  const earlier = () => read(pages.at(-1).before, page => [...pages, page]);
  const read = (before, join) => load(place, signal, () => call(`/api/v1/admin/cache/log?${new URLSearchParams({ limit: pageSize, ...(before ? { before } : {}) })}`, { signal }), page => {
    pages = join(page);
    show = () => place.replaceChildren(...rows(pages, filter.value.trim(), earlier));
    return rows(pages, filter.value.trim(), earlier);
  });

  main.append(
    heading('Invalidations', button('Refresh', look)),
    h('p', { class: 'detail' }, 'What every node forgets, newest first, from the log that all of them follow.'),
    h('div', { class: 'row' }, h('label', { for: 'filter' }, 'Filter'), filter),
    place);
  look();
  const timer = setInterval(() => { if (pages.length === 1 && !document.hidden) look(); }, interval);
  signal.addEventListener('abort', () => clearInterval(timer));
}

function rows(pages, part, earlier) {
  const entries = pages.flatMap(page => page.entries);
  const shown = entries.filter(entry => (entry.key ?? entry.pattern).includes(part));
  return [
    entries.length === 0 ? empty('Nothing has been invalidated yet.')
      : shown.length === 0 ? empty(`None of the last ${count(entries.length)} contains ${part}.`)
        : table('Invalidations, newest first', [
          { title: 'When', cell: entry => moment(entry.at) },
          { title: 'What', wide: true, cell: entry => entry.key === null ? ['all of ', h('code', {}, entry.pattern)] : h('a', { href: `#/keys/${encodeURIComponent(entry.key)}` }, entry.key) },
          { title: 'Accepted from version', number: true, cell: entry => entry.version ?? '–' },
          { title: 'Position', number: true, cell: entry => entry.sequence },
        ], shown),
    pages.at(-1).before ? h('div', { class: 'row' }, button('Show earlier', earlier)) : null].filter(Boolean);
}
