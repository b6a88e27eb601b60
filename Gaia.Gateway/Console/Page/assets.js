import { call } from './api.js';
import { button, empty, h, heading, loadPages, table, tag, tile } from './dom.js';
import { bytes, count, moment, percent } from './format.js';
import { userNames } from './names.js';

export const title = 'Assets';

const pageSize = 50;
const kinds = { complete: 'good', failed: 'bad', running: 'warn', queued: '' };

export function render(main, signal) {
  const [files, generations] = [h('section', { 'aria-label': 'Assets' }), h('section', { 'aria-label': 'Generations' })];
  const status = h('select', { id: 'status' }, h('option', { value: '' }, 'all'), Object.keys(kinds).map(name => h('option', {}, name)));
  const names = userNames(signal).catch(() => new Map());
  const look = () => {
    list(files, signal, '/api/v1/admin/assets', {}, names, 'assets', stored);
    made();
  };
  const made = () => list(generations, signal, '/api/v1/admin/generations', status.value ? { status: status.value } : {}, names, 'generations', generated);
  status.addEventListener('change', made);
  main.append(
    heading('Assets', button('Refresh', look)),
    h('p', { class: 'detail' }, 'Of all owners, the newest first.'),
    files,
    h('h2', {}, 'Generations'),
    h('div', { class: 'row' }, h('label', { for: 'status' }, 'Status'), status),
    generations);
  look();
}

function list(place, signal, route, asked, names, rows, show) {
  loadPages(place, signal, async cursor => {
    const [page, known] = await Promise.all([call(`${route}?${new URLSearchParams({ limit: pageSize, ...asked, ...(cursor ? { cursor } : {}) })}`, { signal }), names]);
    return { ...page, rows: page[rows], next: page.next_cursor, nameOf: owner => known.get(owner) ?? owner };
  }, show);
}

const stored = (files, { storage, nameOf }) => [
  h('div', { class: 'tiles' },
    tile('Stored', bytes(storage.bytes), `in ${count(storage.blobs)} files, variants of images among them; equal ones once`),
    storage.owners.slice(0, 3).map(owner => tile(nameOf(owner.owner), bytes(owner.bytes), `${percent(owner.bytes / storage.quota_bytes)} of the quota of ${bytes(storage.quota_bytes)}`))),
  files.length === 0 ? empty('Nothing has been stored yet.') : table('Assets, newest first', [
    { title: 'Name', wide: true, cell: file => file.name },
    { title: 'Owner', cell: file => nameOf(file.owner) },
    { title: 'Type', cell: file => file.content_type },
    { title: 'Size', number: true, cell: file => bytes(file.size) },
    { title: 'Variants', number: true, cell: file => count(file.variants) },
    { title: 'Stored', cell: file => moment(file.created_at) },
  ], files)];

const generated = (generations, { counts, nameOf }) => [
  h('p', { class: 'detail' }, counts.map(one => `${count(one.count)} ${one.status}`).join(', ')),
  generations.length === 0 ? empty('No image has been asked for.') : table('Generations, newest first', [
    { title: 'Description', wide: true, cell: one => one.description },
    { title: 'Owner', cell: one => nameOf(one.owner) },
    { title: 'Size', cell: one => `${one.width} × ${one.height}` },
    { title: 'Status', cell: one => tag(one.status, kinds[one.status]) },
    { title: 'Attempts', number: true, cell: one => count(one.attempts) },
    { title: 'Why it failed', wide: true, cell: one => one.reason ?? '–' },
    { title: 'Asked for', cell: one => moment(one.created_at) },
    { title: 'Finished', cell: one => moment(one.finished_at) },
  ], generations)];
