import { call } from './api.js';
import { button, empty, h, heading, loadPages, table, tag } from './dom.js';
import { moment } from './format.js';
import { userNames } from './names.js';

export const title = 'Audit';

const pageSize = 50;

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'Changes' });
  main.append(heading('Audit', button('Refresh', () => read(place, signal))), h('p', { class: 'detail' }, 'What administrators changed in the last year, newest first.'), place);
  read(place, signal);
}

function read(place, signal) {
  loadPages(place, signal, async before => {
    const [page, names] = await Promise.all([
      call(`/api/v1/admin/audit?${new URLSearchParams({ limit: pageSize, ...(before ? { before } : {}) })}`, { signal }),
      userNames(signal).catch(() => new Map())]);
    return { rows: page.records, next: page.before, names };
  }, (records, { names }) => records.length === 0 ? empty('Nothing has been changed yet.') : table('Changes, newest first', [
    { title: 'When', cell: record => moment(record.at) },
    { title: 'Who', cell: record => names.get(record.user) ?? record.user },
    { title: 'What', wide: true, cell: record => [h('code', {}, `${record.method} ${record.path}`), record.detail ? h('span', {}, ` ${record.detail}`) : null] },
    { title: 'Answer', cell: record => tag(record.status, record.status < 400 ? 'good' : 'bad') },
    { title: 'From', cell: record => record.address },
    { title: 'By', wide: true, cell: record => `${record.auth_type} ${record.credential_id ?? ''}` },
  ], records));
}
