import { call } from './api.js';
import { announce, button, confirmed, empty, h, heading, load, table, tag } from './dom.js';
import { count, dollars, percent } from './format.js';
import { keyNames, personaNames, userNames } from './names.js';

export const title = 'Budgets';

const route = '/api/v1/admin/budgets';
const scopes = { all: 'All users', user: 'User', key: 'API key', persona: 'Persona' };

export function render(main, signal) {
  const [place, set] = [h('section', { 'aria-label': 'Budgets' }), h('section', { 'aria-label': 'Set a budget' })];
  main.append(
    heading('Budgets', button('Refresh', () => look())),
    h('p', { class: 'detail' }, 'A hard budget refuses calls that it may not cover, on all nodes at once. A soft one refuses nothing. Both raise alerts at 50, 80 and 100 %.'),
    place, set);
  const names = Promise.all([userNames(signal), keyNames(signal), personaNames(signal)].map(found => found.catch(() => new Map())))
    .then(([user, key, persona]) => ({ all: new Map(), user, key, persona }));
  const look = () => load(place, signal, async () => ({ ...await call(route, { signal }), names: await names }), found => show(found, look));
  load(set, signal, () => names, found => form(found, look));
  look();
}

function show({ budgets, names }, changed) {
  if (budgets.length === 0) return empty('No budget is set here. BUDGET_USD and BUDGET_TOKENS may limit each user’s day.');
  const owner = budget => budget.scope === 'all' ? scopes.all : `${scopes[budget.scope]} ${names[budget.scope].get(budget.target_id) ?? budget.target_id}`;
  return table('Budgets and what is used of them', [
    { title: 'Of', wide: true, cell: owner },
    { title: 'Each', cell: budget => budget.period },
    { title: 'Kind', cell: budget => budget.hard ? tag('hard', 'warn') : tag('soft') },
    { title: 'Dollars', number: true, cell: budget => part(budget.used_usd, budget.limit_usd, dollars) },
    { title: 'Tokens', number: true, cell: budget => part(budget.used_tokens, budget.limit_tokens, count) },
    { title: 'Running calls', number: true, cell: budget => budget.reserved_tokens ? `up to ${count(budget.reserved_tokens)} tokens` : '–' },
    { title: 'Begins anew', cell: budget => budget.resets_on },
    { title: 'Actions', cell: budget => button('Delete…', () => remove(budget, owner(budget), changed), { class: 'danger', 'aria-label': `Delete the budget of ${owner(budget)} each ${budget.period}` }) },
  ], budgets);
}

function part(used, limit, format) {
  if (limit === null) return format(used);
  const share = used / limit;
  return h('span', { class: 'meter' }, h('meter', { min: 0, max: 1, low: 0.8, high: 0.999, optimum: 0, value: Math.min(1, share), 'aria-hidden': 'true' }), h('span', {}, `${format(used)} of ${format(limit)} (${percent(share)})`));
}

function form(names, changed) {
  const scope = h('select', { id: 'scope', onchange: () => choices() }, Object.entries(scopes).map(([value, name]) => h('option', { value }, name)));
  const target = h('select', { id: 'target', required: true });
  const field = (input, label) => h('span', { class: 'field' }, h('label', { for: input.id }, label), input);
  const chosen = field(target, 'Whose');
  const choices = () => {
    chosen.hidden = target.disabled = scope.value === 'all';
    target.replaceChildren(...[...names[scope.value]].sort(([, a], [, b]) => a.localeCompare(b)).map(([id, name]) => h('option', { value: id }, name)));
  };
  const period = h('select', { id: 'period' }, h('option', { value: 'day' }, 'day'), h('option', { value: 'month' }, 'month'));
  const usd = h('input', { id: 'usd', type: 'number', min: 0.000001, step: 'any' });
  const tokens = h('input', { id: 'tokens', type: 'number', min: 1, step: 1 });
  const hard = h('input', { id: 'hard', type: 'checkbox' });
  const submit = async event => {
    event.preventDefault();
    try {
      await call(route, {
        method: 'PUT',
        body: {
          scope: scope.value, target_id: scope.value === 'all' ? null : target.value, period: period.value,
          limit_usd: usd.value ? Number(usd.value) : null, limit_tokens: tokens.value ? Number(tokens.value) : null, hard: hard.checked,
        },
      });
      announce('The budget is set.');
      changed();
    } catch (error) {
      announce(error.message, 'error');
    }
  };
  choices();
  return h('form', { class: 'card', onsubmit: submit },
    h('h2', {}, 'Set a budget'),
    h('p', { class: 'detail' }, 'There is one for each target and period: setting it again changes it. Days and months are in UTC.'),
    h('div', { class: 'row' }, field(scope, 'Of'), chosen, field(period, 'Each')),
    h('div', { class: 'row' }, field(usd, 'US dollars'), field(tokens, 'Tokens'), h('span', { class: 'field' }, hard, h('label', { for: 'hard' }, 'Hard'))),
    h('div', { class: 'row' }, h('button', { class: 'primary' }, 'Set budget')));
}

async function remove(budget, owner, changed) {
  if (!await confirmed('Delete this budget?', `${owner}, each ${budget.period}: nothing of it limits anybody from then on.`, 'Delete')) return;
  try {
    await call(`${route}/${budget.id}`, { method: 'DELETE' });
    announce('The budget is deleted.');
    changed();
  } catch (error) {
    announce(error.message, 'error');
  }
}
