import { call } from './api.js';
import { announce, button, empty, h, heading, load, table, tag } from './dom.js';
import { count, dollars, duration, moment, node, percent } from './format.js';
import { keyNames, personaNames, userNames } from './names.js';

export const title = 'Alerts';

const route = '/api/v1/admin/alerts';
const pageSize = 50;
const kinds = { delivered: 'good', pending: 'warn', failed: 'bad', none: '' };

export function render(main, signal) {
  const [place, rules] = [h('section', { 'aria-label': 'Alerts' }), h('section', { 'aria-label': 'What is alerted of' })];
  const look = () => {
    list(place, signal, names);
    load(rules, signal, async () => Promise.all([call(`${route}/rules`, { signal }), names]), ([found, known]) => ruleTable(found.rules, known));
  };
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
    h('h2', {}, 'Rules'), h('p', { class: 'detail' }, 'Each is fired once for what it is about, and again after the period when its reason is still there. Times are in UTC.'), rules,
    h('h2', {}, 'Fired'), place);
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
        { title: 'Resolved', cell: alert => moment(alert.resolved_at) },
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

const titles = {
  'budget.threshold': 'A budget is used up', 'budget.forecast': 'A budget will be used up before its month ends', 'redis.plan': 'A fixed plan of Redis would be cheaper',
  'redis.breaker': 'Nodes have not asked Redis for a minute', 'cache.hit_ratio': 'Memory answers fewer reads of a region than the day before',
  'cache.violation': 'A cache held an old value beyond the staleness bound',
};

const ruleTable = (rules, names) => table('Rules', [
  { title: 'Rule', wide: true, cell: rule => titles[rule.type] ?? rule.type },
  { title: 'At', cell: rule => rule.thresholds.length ? rule.thresholds.map(percent => `${percent} %`).join(', ') : '–' },
  { title: 'Once each', cell: rule => rule.period === 'budget' ? 'period of the budget' : rule.period },
  { title: 'Now', cell: rule => rule.missing ? tag(`off: set ${rule.missing}`) : rule.open.length ? tag(`${rule.open.length} open`, 'bad') : tag('quiet', 'good') },
  { title: 'What', wide: true, cell: rule => rule.open.length ? describe({ type: rule.type, data: rule.open[0].data }, names) : '–' },
  { title: 'Last fired', cell: rule => moment(rule.last_fired_at) },
], rules);

const ownerOf = (data, names) =>
  data.scope === 'all' ? 'all users' : `${{ user: 'user', key: 'API key', persona: 'persona' }[data.scope]} ${names[data.scope].get(data.target_id) ?? data.target_id}`;

const sentences = {
  test: () => 'A test',
  'budget.forecast': (data, names) => `The budget of ${ownerOf(data, names)} will be exceeded by ${data.resets_on}: ${
    [data.limit_usd === null ? null : `${dollars(data.forecast_usd)} of ${dollars(data.limit_usd)}`, data.limit_tokens === null ? null : `${count(data.forecast_tokens)} of ${count(data.limit_tokens)} tokens`].filter(Boolean).join(', ')}`,
  'redis.plan': data => `A month of Redis commands like the last week’s costs ${dollars(data.cost_of_month)}, the fixed plan ${dollars(data.plan_usd)}`,
  'redis.breaker': data => `Redis was not asked by ${data.nodes.map(one => `${node(one)} for ${duration(one.open_for * 1000)}`).join(', ')}`,
  'cache.hit_ratio': data => `The hit ratio of ${data.region} fell from ${percent(data.before)} to ${percent(data.hit_ratio)}`,
  'cache.violation': data => `${data.key} was old for ${duration(data.old_for * 1000)} on ${data.node}`,
  'alert.resolved': (data, names) => ['Resolved: ', describe({ type: data.rule, data: data.details }, names)],
};

function describe({ type, data }, names) {
  if (type !== 'budget.threshold') return sentences[type]?.(data, names) ?? type;
  const owner = ownerOf(data, names);
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
