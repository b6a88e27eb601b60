import { call } from './api.js';
import { button, empty, h, heading, loadPages, table, tag } from './dom.js';
import { duration, moment } from './format.js';
import { ownerName } from './names.js';

export const title = 'Security';

const pageSize = 50;

const reasons = {
  signed_out: 'signed out', password_changed: 'password changed', refresh_reused: 'refresh token used twice', key_revoked: 'API key revoked', key_changed: 'API key changed',
  user_disabled: 'user disabled', scopes_changed: 'scopes changed', signing_key_withdrawn: 'signing key withdrawn',
  wrong_password: 'wrong password', unknown_account: 'no such account', disabled_account: 'account disabled',
};

const reason = row => reasons[row.reason] ?? row.reason;

export function render(main, signal) {
  const [failed, revoked] = [h('section', { 'aria-label': 'Failed sign-ins' }), h('section', { 'aria-label': 'Revocations' })];
  const read = (route, asked, take) => async from => take(await call(`${route}?${new URLSearchParams({ limit: pageSize, ...(from ? { [asked]: from } : {}) })}`, { signal }));
  const look = () => {
    loadPages(failed, signal, read('/api/v1/admin/failed-sign-ins', 'cursor', page => ({ ...page, rows: page.failed_sign_ins, next: page.next_cursor })), failures);
    loadPages(revoked, signal, read('/api/v1/admin/revocations', 'before', page => ({ ...page, rows: page.revocations, next: page.before })), revocations);
  };
  main.append(
    heading('Security', button('Refresh', look)),
    h('h2', {}, 'Failed sign-ins'),
    h('p', { class: 'detail' }, 'By e-mail and password, in the last 30 days. Guesses beyond the limit of an account are refused before they are tried, and not listed.'),
    failed,
    h('h2', {}, 'Revocations'),
    h('p', { class: 'detail' }, 'What ended and could still be presented. Gateways refuse it as soon as they have been told.'),
    revoked);
  look();
}

const failures = rows => rows.length === 0 ? empty('No sign-in has failed.') : table('Failed sign-ins, newest first', [
  { title: 'When', cell: row => moment(row.at) },
  { title: 'Account', wide: true, cell: row => row.user ? ownerName(row.user) : '–' },
  { title: 'Why', cell: row => tag(reason(row), row.reason === 'wrong_password' ? 'warn' : '') },
  { title: 'From', cell: row => row.address },
], rows);

const revocations = rows => rows.length === 0 ? empty('Nothing has been revoked.') : table('Revocations, newest first', [
  { title: 'When', cell: row => moment(row.revoked_at) },
  { title: 'Why', cell: row => reason(row) },
  { title: 'Whose', wide: true, cell: row => row.user ? ownerName(row.user) : '–' },
  { title: 'Id', wide: true, cell: row => h('code', {}, row.holder) },
  { title: 'Gateways told after', number: true, cell: row => row.published_after_ms === null ? tag('not yet', 'warn') : duration(row.published_after_ms) },
  { title: 'Listed until', cell: row => moment(row.forget_at) },
], rows);
