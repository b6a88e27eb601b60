import { call } from './api.js';
import { readCard } from './card.js';
import { announce, button, confirmed, empty, h, heading, load, table, tag } from './dom.js';
import { moment } from './format.js';

export const title = 'Personas';

const route = '/api/v1/chat/personas';

export function render(main, signal, [chosen]) {
  const [one, list] = [h('section', { 'aria-label': 'One persona' }), h('section', { 'aria-label': 'Personas' })];
  main.append(heading('Personas'), one, list, cardForm());
  const look = () => load(list, signal, () => call(`${route}?active_only=false`, { signal }), ({ personas }) => personas.length === 0 ? empty('There is no persona yet.') : table('All personas', [
    { title: 'Name', cell: persona => h('a', { href: `#/personas/${persona.id}` }, persona.name) },
    { title: 'Description', wide: true, cell: persona => persona.description },
    { title: 'State', cell: persona => persona.is_active ? tag('active', 'good') : tag('not active') },
    { title: 'Version', number: true, cell: persona => persona.version },
    { title: 'Changed', cell: persona => moment(persona.updated_at) },
  ], personas));
  look();
  if (chosen) show(one, signal, chosen, look);
}

function show(place, signal, id, changed) {
  const again = () => {
    show(place, signal, id, changed);
    changed();
  };
  load(place, signal, () => call(`${route}/${id}`, { signal }), ({ persona }) => {
    const prompt = h('textarea', { id: 'prompt', rows: 10, value: persona.system_prompt ?? '' });
    const save = async event => {
      event.preventDefault();
      try {
        await call(`${route}/${id}`, { method: 'PUT', body: { system_prompt: prompt.value }, headers: { 'If-Match': `"${persona.version}"` } });
        announce(`${persona.name} is saved.`);
        again();
      } catch (error) {
        announce(error.status === 412 ? 'Somebody else has changed it meanwhile. Open it again.' : error.message, 'error');
      }
    };
    const versions = h('div', {});
    load(versions, signal, () => call(`${route}/${id}/versions`, { signal }), found => history(persona, found.versions, again));
    return h('article', { class: 'card' },
      h('h2', {}, persona.name),
      h('p', {}, persona.description),
      h('form', { onsubmit: save },
        h('label', { for: 'prompt' }, 'System prompt'), prompt,
        h('div', { class: 'row' }, h('button', { class: 'primary' }, 'Save'), h('a', { class: 'button', href: `#/playground/${encodeURIComponent(`persona:${persona.id}`)}` }, 'Try it'), h('a', { class: 'button', href: '#/personas' }, 'Close'))),
      h('h3', {}, 'Versions'), versions);
  });
}

function history(persona, versions, changed) {
  const restore = async version => {
    if (!await confirmed('Restore this version?', `${persona.name} becomes as it was in version ${version}. That is a new version.`, 'Restore')) return;
    try {
      await call(`${route}/${persona.id}/versions/${version}/restore`, { method: 'POST', body: {} });
      announce(`Version ${version} is restored.`);
      changed();
    } catch (error) {
      announce(error.message, 'error');
    }
  };
  return versions.length === 0 ? empty('No version is kept.') : table('Versions, newest first', [
    { title: 'Version', number: true, cell: one => one.version },
    { title: 'Changed', cell: one => moment(one.created_at) },
    { title: 'System prompt', wide: true, cell: one => h('details', {}, h('summary', {}, one.system_prompt.slice(0, 60)), h('pre', {}, one.system_prompt)) },
    { title: 'Actions', cell: one => one.version === persona.version ? tag('current', 'good') : button('Restore…', () => restore(one.version), { 'aria-label': `Restore version ${one.version}` }) },
  ], versions);
}

function cardForm() {
  const input = h('input', { id: 'card', type: 'file', accept: '.json,.png,application/json,image/png', onchange: () => take(input.files) });
  const zone = h('section', { class: 'drop card', 'aria-label': 'Import' },
    h('h2', {}, 'Import a character card'), h('p', {}, 'Drop a card here, JSON or PNG, or choose a file.'), h('label', { for: 'card' }, 'Card'), input);
  zone.addEventListener('dragover', event => { event.preventDefault(); zone.classList.add('over'); });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => { event.preventDefault(); zone.classList.remove('over'); take(event.dataTransfer.files); });
  const take = async files => {
    try {
      for (const file of files) {
        const { persona } = await call(`${route}/import`, { method: 'POST', body: await readCard(file) });
        announce(`${persona.name} is imported.`);
        location.hash = `#/personas/${persona.id}`;
      }
    } catch (error) {
      announce(error.message, 'error');
    }
    input.value = '';
  };
  return zone;
}
