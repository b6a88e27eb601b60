import { call, text } from './api.js';
import { announce, button, empty, h, heading, load, table, tile } from './dom.js';
import { count, day, dollars, duration, moment, percent } from './format.js';
import { keyNames, userNames } from './names.js';

export const title = 'Usage and cost';

const route = '/api/v1/admin/usage';
const dimensions = { model: 'Model', user: 'User', key: 'API key', persona: 'Persona', route: 'Route', day: 'Day' };
const without = { key: 'without a key', persona: 'without a persona', route: 'not recorded' };

export function render(main, signal) {
  const [place, month] = [h('section', { 'aria-label': 'Usage' }), h('section', { 'aria-label': 'This month' })];
  const by = h('select', { id: 'by' }, Object.entries(dimensions).map(([value, name]) => h('option', { value }, name)));
  const from = h('input', { id: 'from', type: 'date', required: true, value: day(-30) });
  const to = h('input', { id: 'to', type: 'date', required: true, value: day(0) });
  const asked = () => new URLSearchParams({ by: by.value, from: from.value, to: to.value });
  const look = () => load(place, signal, () => read(asked(), signal), show);
  const submit = event => {
    event.preventDefault();
    look();
  };
  by.addEventListener('change', look);
  main.append(
    heading('Usage and cost', button('Download CSV', () => download(asked()))),
    h('p', { class: 'detail' }, 'What calls of models took, of all users. Days are in UTC.'),
    h('form', { class: 'row', onsubmit: submit },
      h('label', { for: 'by' }, 'By'), by, h('label', { for: 'from' }, 'From'), from, h('label', { for: 'to' }, 'To'), to, h('button', { class: 'primary' }, 'Show')),
    place, month);
  look();
  load(month, signal, async () => {
    const [cost, redis, machines] = await Promise.all(
      ['/api/v1/admin/cost?by=region', '/api/v1/admin/cache/cost', '/api/v1/admin/cost?by=machine'].map(path => call(path, { signal })));
    return { cost, redis, machines: machines.infrastructure };
  }, bill);
}

function bill({ cost: models, redis, machines }) {
  return [
    h('h2', {}, 'This month'),
    h('div', { class: 'tiles' },
      tile('Models until now', dollars(models.cost), `since ${models.from}${models.unpriced_calls ? `, without ${count(models.unpriced_calls)} calls that have no price` : ''}`),
      tile('Models by its end', dollars(models.forecast), `when every day is like the last week’s, at ${dollars(models.daily)}`),
      tile('Redis, a month', dollars(redis.cost_of_month), `when every day is like the last: ${count(redis.commands)} commands of the caches at ${dollars(redis.price)} for 100,000`)),
    redis.missing.length ? h('p', { class: 'state warn' }, 'Redis commands of nodes that do not answer are not counted.') : null,
    h('h2', {}, 'Redis and machines, this month'),
    h('p', { class: 'detail' }, `Since ${moment(machines.since)}, as all services have recorded it every few minutes. Commands that scripts run are counted. Set MACHINE_PRICES to price machines.`),
    table('Redis commands by who sent them', [
      { title: 'Region or other use', wide: true, cell: group => group.key },
      { title: 'Commands', number: true, cell: group => count(group.redis_commands) },
      { title: 'Cost', number: true, cell: group => dollars(group.cost) },
    ], models.infrastructure.groups),
    table('Machines', [
      { title: 'Service and machine', wide: true, cell: group => group.key },
      { title: 'Running', number: true, cell: group => duration(group.running_hours * 3_600_000) },
      { title: 'Machine', number: true, cell: group => dollars(group.machine_cost) },
      { title: 'Commands', number: true, cell: group => count(group.redis_commands) },
      { title: 'Redis', number: true, cell: group => dollars(group.redis_cost) },
      { title: 'Cost', number: true, cell: group => dollars(group.cost) },
    ], machines.groups)].filter(Boolean);
}

async function read(asked, signal) {
  const names = { user: userNames, key: keyNames }[asked.get('by')];
  const [summary, known] = await Promise.all([call(`${route}?${asked}`, { signal }), names?.(signal).catch(() => new Map())]);
  return { ...summary, nameOf: group => group.key === null ? without[summary.by] : group.name ?? known?.get(group.key) ?? group.key };
}

function show({ by, groups, total, truncated, nameOf }) {
  if (groups.length === 0) return empty('No model has been called in this time.');
  const most = Math.max(...groups.map(group => group.cost ?? 0));
  return [
    h('div', { class: 'tiles' },
      [['Cost', cost(total)], ['Calls', count(total.calls)],
        ['Tokens in', count(total.input_tokens), `${percent(total.input_tokens ? total.cached_tokens / total.input_tokens : null)} from the provider’s cache`],
        ['Tokens out', count(total.output_tokens), `${percent(total.output_tokens ? total.reasoning_tokens / total.output_tokens : null)} for reasoning`]]
        .map(parts => tile(...parts))),
    total.unpriced_calls ? h('p', { class: 'state warn', role: 'note' }, `${count(total.unpriced_calls)} calls are not in the cost: their models have no price. Add them to the file of MODEL_PRICES.`) : null,
    table(`By ${dimensions[by].toLowerCase()}${truncated ? ', the first of more' : ''}`, [
      { title: dimensions[by], wide: true, cell: nameOf },
      { title: 'Calls', number: true, cell: group => count(group.calls) },
      { title: 'In', number: true, cell: group => count(group.input_tokens) },
      { title: 'Cached', number: true, cell: group => count(group.cached_tokens) },
      { title: 'Out', number: true, cell: group => count(group.output_tokens) },
      { title: 'Reasoning', number: true, cell: group => count(group.reasoning_tokens) },
      { title: 'Cost', number: true, cell: group => h('span', { class: 'meter' }, most ? h('meter', { min: 0, max: most, value: group.cost ?? 0, 'aria-hidden': 'true' }) : null, h('span', {}, cost(group))) },
    ], groups)];
}

const cost = ({ cost: known, calls, unpriced_calls: unpriced }) => known === null ? calls ? 'no price' : '–' : `${dollars(known)}${unpriced ? ' + unpriced' : ''}`;

// The credential is a header, which a plain link would not send.
async function download(asked) {
  try {
    const address = URL.createObjectURL(new Blob([await text(`${route}?${asked}&format=csv`)], { type: 'text/csv' }));
    h('a', { href: address, download: `usage-by-${asked.get('by')}-${asked.get('from')}-${asked.get('to')}.csv` }).click();
    URL.revokeObjectURL(address);
  } catch (error) {
    announce(error.message, 'error');
  }
}
