import { call, health } from './api.js';
import { chart } from './chart.js';
import { announce, button, confirmed, empty, failure, h, heading, load, refresh, table, tag, tile } from './dom.js';
import { count } from './format.js';
import { stateTiles } from './overview.js';

export const title = 'Faults';

const perSecond = 20;

// One in so many asks for what no cache holds, so that Redis and Chat are needed too.
const missEvery = 5;
const shown = 60;
const most = 4;
const patience = 3000;

export function render(main, signal) {
  const [list, state, figures] = [h('section', { 'aria-label': 'Processes' }), h('section', { 'aria-label': 'Health' }), h('section', { 'aria-label': 'Load' })];
  const traffic = new Load(signal);
  const start = button('Start load', () => { traffic.toggle(); start.textContent = traffic.isRunning ? 'Stop load' : 'Start load'; }, { class: 'primary' });
  const length = h('select', { id: 'length' }, [10, 30, 60].map(value => h('option', { value }, `${value} seconds`)));
  main.append(heading('Faults', h('div', { class: 'row' }, h('label', { for: 'length' }, 'Length'), length, start)), h('p', { class: 'detail' }, `Break a process or a link and watch what clients notice. The load reads personas ${perSecond} times a second, as you; some of what it reads is in no cache.`), figures, state, list);

  let looking = null;
  const look = () => looking ??= load(list, signal, () => call('/api/v1/admin/faults', { signal }), found => show(found, length)).finally(() => { looking = null; });
  const watch = async () => {
    refresh(figures, traffic.show());
    const report = await health(signal).catch(error => error);
    if (!signal.aborted) refresh(state, report instanceof Error ? failure(report) : h('div', { class: 'tiles' }, stateTiles(report)));
  };
  const timers = [setInterval(look, 2000), setInterval(watch, 1000)];
  signal.addEventListener('abort', () => timers.forEach(clearInterval));
  look();
  watch();
}

function show({ available, processes, links }, length) {
  if (!available) return empty('Faults are for a developer’s machine: this Gaia was not started by ./run.sh.');
  const lasting = (kind, target, name, broken) => button(kind, () => start(target, kind.toLowerCase(), Number(length.value)), { 'aria-label': `${kind} ${name}`, disabled: broken });
  return [
    table('Processes of this Gaia', [
      { title: 'Resource', cell: one => one.resource },
      { title: 'Process', cell: one => one.id },
      { title: 'State', cell: one => one.frozen ? tag('frozen', 'warn') : tag(one.state.toLowerCase(), one.state === 'Running' ? 'good' : 'bad') },
      { title: 'Actions', cell: one => h('div', { class: 'row' },
        lasting('Freeze', { process: one.id }, one.id, one.frozen || one.state !== 'Running'),
        button('Kill', () => kill(one), { class: 'danger', 'aria-label': `Kill ${one.id}`, disabled: one.state !== 'Running' })) },
    ], processes),
    h('h2', {}, 'Links'),
    links.length === 0 ? empty('Start Gaia with GAIA_LINK_FAULTS=on ./run.sh to cut and slow the links to Redis, Postgres and NATS.') : table('Links of the services to their servers', [
      { title: 'Link to', cell: one => one.id },
      { title: 'State', cell: one => one.fault ? tag(one.fault, 'warn') : tag('works', 'good') },
      { title: 'Actions', cell: one => h('div', { class: 'row' },
        lasting('Cut', { link: one.id }, `the link to ${one.id}`, one.fault !== null),
        lasting('Slow', { link: one.id }, `the link to ${one.id}`, one.fault !== null)) },
    ], links)];
}

async function kill(process) {
  if (await confirmed(`Kill ${process.id}?`, 'It is gone at once, and started again within seconds.', 'Kill')) await start({ process: process.id }, 'kill');
}

const outcomes = {
  kill: ({ process }) => `${process} was killed.`,
  freeze: ({ process }, seconds) => `${process} is frozen for ${seconds} seconds.`,
  cut: ({ link }, seconds) => `${link === 'regions' ? 'No other region reaches home' : `No service reaches ${link}`} for ${seconds} seconds.`,
  slow: ({ link }, seconds) => `Answers of ${link} come 200 ms later for ${seconds} seconds.`,
};

async function start(target, kind, seconds) {
  try {
    await call('/api/v1/admin/faults', { method: 'POST', body: { ...target, kind, seconds } });
    announce(outcomes[kind](target, seconds));
  } catch (error) {
    announce(error.message, 'error');
  }
}

// Requests at a steady rate, and what came of them in each second. While answers are late there are fewer: a browser has six connections, and the page needs some.
class Load {
  constructor(signal) {
    this.history = [];
    this.sent = 0;
    this.running = 0;
    this.totals = { answered: 0, failed: 0 };
    this.signal = signal;
    signal.addEventListener('abort', () => this.stop());
  }

  get isRunning() { return this.timer !== undefined; }

  toggle() { return this.isRunning ? this.stop() : this.start(); }

  start() {
    this.timer = setInterval(() => this.send(), 1000 / perSecond);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  async send() {
    if (this.running === most) return;
    const second = Math.floor(Date.now() / 1000);
    if (this.history.at(-1)?.second !== second) this.history = [...this.history, { second, answered: 0, failed: 0, slowest: 0 }].slice(-shown);
    const here = this.history.at(-1);
    const sent = performance.now();
    const filter = ++this.sent % missEvery === 0 ? `?created_by=${crypto.randomUUID()}` : '';
    this.running++;
    const outcome = await call(`/api/v1/chat/personas${filter}`, { signal: AbortSignal.any([this.signal, AbortSignal.timeout(patience)]) }).then(() => 'answered', () => 'failed');
    this.running--;
    if (this.signal.aborted) return;
    here[outcome]++;
    this.totals[outcome]++;
    here.slowest = Math.max(here.slowest, performance.now() - sent);
  }

  show() {
    const past = this.history.slice(0, -1);
    return [
      h('div', { class: 'tiles' },
        tile('Answered', count(this.totals.answered), this.isRunning ? `${perSecond} requests a second` : 'no load runs'),
        tile('Failed', count(this.totals.failed), 'errors, and no answer within 3 s', this.totals.failed ? 'bad' : 'good'),
        tile('Slowest', `${Math.round(Math.max(0, ...past.map(one => one.slowest)))} ms`, 'of the last minute')),
      chart('Requests a second', [
        { name: 'answered', class: 'c2', value: one => one.answered },
        { name: 'failed', class: 'c3', value: one => one.failed },
      ], past)];
  }
}
