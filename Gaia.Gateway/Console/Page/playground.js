import { call, events } from './api.js';
import { button, h, heading, load } from './dom.js';
import { count, duration } from './format.js';

export const title = 'Playground';

export function render(main, signal, [chosen]) {
  const place = h('section', { 'aria-label': 'Playground' });
  main.append(heading('Playground'), place);
  load(place, signal, async () => {
    const [models, list] = await Promise.all([call('/v1/models', { signal }), call('/api/v1/chat/personas', { signal })]);
    const personas = list.personas.map(persona => ({ id: `persona:${persona.id}`, name: persona.name }));
    const known = new Set([...personas.map(persona => persona.id), ...list.personas.map(persona => `persona:${persona.name}`)]);
    return { personas, models: models.data.map(model => model.id).filter(id => !known.has(id)) };
  }, choices => form(choices, signal, chosen));
}

function form({ personas, models }, signal, chosen) {
  const option = (value, name) => h('option', { value, selected: value === chosen }, name);
  const model = h('select', { id: 'model' },
    h('optgroup', { label: 'Personas' }, personas.map(persona => option(persona.id, persona.name))),
    h('optgroup', { label: 'Models' }, models.map(id => option(id, id))));
  const message = h('textarea', { id: 'message', rows: 3, required: true, placeholder: 'Say something' });
  const send = h('button', { class: 'primary' }, 'Send');
  const stop = button('Stop', () => running?.abort(), { disabled: true });
  const log = h('div', { class: 'talk', role: 'log', 'aria-label': 'Conversation', tabindex: '0' });
  const talk = [];
  let running = null;
  signal.addEventListener('abort', () => running?.abort());

  const submit = async event => {
    event.preventDefault();
    if (running || !message.value.trim()) return;
    running = new AbortController();
    [send.disabled, stop.disabled] = [true, false];
    talk.push({ role: 'user', content: message.value.trim() });
    message.value = '';
    log.append(h('p', { class: 'said user' }, talk.at(-1).content));
    const answer = await reply(log, model.value, talk, running.signal);
    if (answer) talk.push({ role: 'assistant', content: answer });
    running = null;
    [send.disabled, stop.disabled] = [false, true];
    message.focus();
  };
  message.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });
  return [log, h('form', { class: 'ask', onsubmit: submit },
    h('label', { for: 'model' }, 'Speaks'), model,
    h('label', { for: 'message' }, 'Message'), message,
    h('div', { class: 'row' }, send, stop, button('Clear', () => { talk.length = 0; log.replaceChildren(); })))];
}

// Writes an answer as it comes, and under it who gave it and how fast.
async function reply(log, model, messages, signal) {
  const [text, facts] = [h('p', { class: 'said assistant', 'aria-busy': 'true' }), h('p', { class: 'facts' }, 'Waiting…')];
  log.append(text, facts);
  const began = performance.now();
  let [first, spoke, usage, ended] = [null, model, null, 'complete'];
  try {
    for await (const { data } of events('/v1/chat/completions', { method: 'POST', signal, body: { model, messages, stream: true, stream_options: { include_usage: true } } })) {
      if (data === '[DONE]') break;
      const chunk = JSON.parse(data);
      if (chunk.error) throw new Error(chunk.error.message);
      const said = chunk.choices?.[0]?.delta?.content;
      if (said) {
        first ??= performance.now() - began;
        text.append(said);
        log.scrollTop = log.scrollHeight;
      }
      spoke = chunk.model ?? spoke;
      usage = chunk.usage ?? usage;
    }
  } catch (error) {
    ended = error.name === 'AbortError' ? 'stopped' : 'failed';
    if (ended === 'failed') text.append(h('span', { class: 'error', role: 'alert' }, error.message));
  }
  text.removeAttribute('aria-busy');
  facts.textContent = [
    ended, spoke,
    usage ? `${count(usage.prompt_tokens)} tokens in, ${count(usage.completion_tokens)} out` : null,
    first === null ? null : `first token after ${duration(first)}`,
    `${duration(performance.now() - began)} in all`].filter(Boolean).join(' · ');
  log.scrollTop = log.scrollHeight;
  return ended === 'failed' ? null : text.textContent;
}
