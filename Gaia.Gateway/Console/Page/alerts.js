import { call } from './api.js';
import { announce, button, empty, h, heading, load, table, tag } from './dom.js';
import { count, dollars, moment } from './format.js';
import { keyNames, personaNames, userNames } from './names.js';

export const title = 'Alerts';

const route = '/api/v1/admin/alerts';
const pageSize = 50;
const kinds = { delivered: 'good', pending: 'warn', failed: 'bad', none: '' };

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'Alerts' });
  const look = () => list(place, signal, names);
  const names = Promise.all([userNames(signal), keyNames(signal), personaNames(signal)].map(found => found.catch(() => new Map())))
    .then(([user, key, persona]) => ({ all: new Map(), user, key, persona }));
  const test = async () => {
    try {
      await call(`${route}/test`, { method: 'POST', body: {} });
      announce('A test is on its way.');
      look();
    } catch (error) {
      announce(error.message, 'error');
    }
  };
  main.append(
    heading('Alerts', h('div', { class: 'row' }, button('Refresh', look), button('Send a test', test))),
    h('p', { class: 'detail' }, 'Fired once when 50, 80 and 100 % of a budget are used up in a day or a month.'), place);
  look();
}

function list(place, signal, names) {
  const alerts = [];
  const next = cursor => load(place, signal, async () => {
    const [page, known] = await Promise.all([call(`${route}?${new URLSearchParams({ limit: pageSize, ...(cursor ? { cursor } : {}) })}`, { signal }), names]);
    return { page, known };
  }, ({ page, known }) => {
    alerts.push(...page.alerts);
    return [
      h('p', { class: 'detail' }, page.webhook ? `They are published on NATS and sent to ${page.webhook}.` : 'They are published on NATS. Set ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET to have them sent to a webhook.'),
      alerts.length === 0 ? empty('No alert has been fired.') : table('Alerts, newest first', [
        { title: 'When', cell: alert => moment(alert.fired_at) },
        { title: 'What', wide: true, cell: alert => describe(alert, known) },
        { title: 'Webhook', cell: alert => tag(alert.delivery === 'none' ? 'not sent' : alert.delivery, kinds[alert.delivery]) },
        { title: 'Attempts', number: true, cell: alert => count(alert.attempts) },
        { title: 'Last error', cell: alert => alert.last_error ?? '–' },
        { title: 'Next attempt', cell: alert => moment(alert.next_attempt_at) },
        { title: 'Actions', cell: alert => page.webhook ? button('Send again', () => replay(alert, () => list(place, signal, names)), { 'aria-label': `Send the alert of ${moment(alert.fired_at)} again` }) : '' },
      ], alerts),
      page.next_cursor ? h('div', { class: 'row' }, button('Show earlier', () => next(page.next_cursor))) : null].filter(Boolean);
  });
  next(null);
}

function describe({ type, data }, names) {
  if (type !== 'budget.threshold') return type === 'test' ? 'A test' : type;
  const owner = data.scope === 'all' ? 'all users' : `${{ user: 'user', key: 'API key', persona: 'persona' }[data.scope]} ${names[data.scope].get(data.target_id) ?? data.target_id}`;
  const used = [data.limit_usd === null ? null : `${dollars(data.used_usd)} of ${dollars(data.limit_usd)}`, data.limit_tokens === null ? null : `${count(data.used_tokens)} of ${count(data.limit_tokens)} tokens`];
  return [tag(`${data.threshold} %`, data.threshold === 100 ? 'bad' : 'warn'), ` ${data.threshold === 100 && !data.hard ? 'Overrun: the' : 'The'} ${data.hard ? 'hard' : 'soft'} budget of ${owner} each ${data.period} from ${data.from}: ${used.filter(Boolean).join(', ')}`];
}

async function replay(alert, changed) {
  try {
    await call(`${route}/${alert.id}/replay`, { method: 'POST', body: {} });
    announce('It is sent again.');
    changed();
  } catch (error) {
    announce(error.message, 'error');
  }
}
