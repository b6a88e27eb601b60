import { call } from './api.js';
import { announce, button, confirmed, empty, h, heading, loadPages, table, tag } from './dom.js';
import { count, day, dollars, moment } from './format.js';
import { ownerName } from './names.js';

export const title = 'API keys';

const route = '/api/v1/admin/api-keys';
const pageSize = 50;

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'API keys' });
  const search = h('input', { id: 'search', type: 'search', maxlength: 100, placeholder: 'Key, owner or e-mail', autocomplete: 'off' });
  const look = () => list(place, signal, search.value.trim());
  const submit = event => {
    event.preventDefault();
    look();
  };
  main.append(
    heading('API keys'),
    h('p', { class: 'detail' }, 'Of all owners, the newest first. The cost is that of this month.'),
    h('form', { class: 'row', role: 'search', onsubmit: submit }, h('label', { for: 'search' }, 'Search'), search, h('button', { class: 'primary' }, 'Search')),
    place);
  look();
}

function list(place, signal, search) {
  loadPages(place, signal, async cursor => {
    const [page, costs] = await Promise.all([
      call(`${route}?${new URLSearchParams({ limit: pageSize, ...(search ? { search } : {}), ...(cursor ? { cursor } : {}) })}`, { signal }),
      call(`/api/v1/admin/usage?${new URLSearchParams({ by: 'key', from: `${day(0).slice(0, 8)}01`, limit: 10000 })}`, { signal }).catch(() => ({ groups: [] }))]);
    return { rows: page.api_keys, total: page.total, next: page.next_cursor, costs: new Map(costs.groups.map(group => [group.key, group])) };
  }, (keys, { costs }) => keys.length === 0 ? empty(search ? `No key matches ${search}.` : 'There is no API key yet.') : table('API keys, newest first', [
    { title: 'Name', wide: true, cell: key => [key.name, ' ', h('code', {}, `${key.hint}…`)] },
    { title: 'Owner', cell: key => [ownerName(key.owner), key.owner.is_disabled ? [' ', tag('disabled', 'bad')] : null] },
    { title: 'May', wide: true, cell: key => key.scopes.length ? key.scopes.map(scope => [tag(scope, scope === 'admin' ? 'warn' : ''), ' ']) : 'nothing' },
    { title: 'Last use', cell: key => key.last_used_at ? moment(key.last_used_at) : 'never' },
    { title: 'Calls', number: true, cell: key => count(costs.get(key.id)?.calls ?? 0) },
    { title: 'Cost', number: true, cell: key => spent(costs.get(key.id)) },
    { title: 'Created', cell: key => moment(key.created_at) },
    { title: 'Expires', cell: key => !key.expires_at ? 'never' : new Date(key.expires_at) < Date.now() ? tag('expired') : moment(key.expires_at) },
    { title: 'Actions', cell: key => button('Revoke…', () => revoke(key, () => list(place, signal, search)), { class: 'danger', 'aria-label': `Revoke ${key.name} of ${ownerName(key.owner)}` }) },
  ], keys));
}

const spent = group => !group ? '–' : group.cost === null ? 'no price' : dollars(group.cost);

async function revoke(key, changed) {
  if (!await confirmed('Revoke this key?', `${key.name} of ${ownerName(key.owner)}: whoever uses it is refused at once, on every node. It cannot be undone.`, 'Revoke')) return;
  try {
    await call(`${route}/${key.id}`, { method: 'DELETE' });
    announce(`${key.name} is revoked.`);
    changed();
  } catch (error) {
    announce(error.message, 'error');
  }
}
