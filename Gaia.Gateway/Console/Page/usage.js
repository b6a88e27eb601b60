import { call } from './api.js';
import { empty, h, heading, load, table } from './dom.js';
import { count } from './format.js';

export const title = 'Usage';

const dollars = cost => `$${Number(cost).toFixed(cost && cost < 0.01 ? 6 : 2)}`;

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'Usage' });
  main.append(heading('Usage'), h('p', { class: 'detail' }, 'What this credential’s user took in the last 30 days.'), place);
  load(place, signal, async () => {
    const [report, list] = await Promise.all([call('/api/v1/usage', { signal }), call('/api/v1/chat/personas?active_only=false', { signal }).catch(() => ({ personas: [] }))]);
    return { ...report, names: new Map(list.personas.map(persona => [persona.id, persona.name])) };
  }, show);
}

function show({ usage, total, budget, names }) {
  if (usage.length === 0) return empty('No model has been called in this time.');
  return [
    h('div', { class: 'tiles' },
      [['Cost', dollars(total.cost)], ['Requests', count(total.requests)], ['Tokens in', count(total.prompt_tokens)], ['Tokens out', count(total.completion_tokens)]]
        .map(([name, value]) => h('div', { class: 'tile' }, h('span', { class: 'label' }, name), h('strong', {}, value)))),
    budget ? h('p', {}, `Budget of today: ${JSON.stringify(budget)}`) : null,
    table('By day, model and persona', [
      { title: 'Day', cell: line => line.day },
      { title: 'Model', cell: line => `${line.model} (${line.provider})` },
      { title: 'Persona', cell: line => line.persona_id ? names.get(line.persona_id) ?? line.persona_id : '–' },
      { title: 'Requests', number: true, cell: line => count(line.requests) },
      { title: 'In', number: true, cell: line => count(line.prompt_tokens) },
      { title: 'Out', number: true, cell: line => count(line.completion_tokens) },
      { title: 'Cost', number: true, cell: line => dollars(line.cost) },
    ], usage)].filter(Boolean);
}
